// Philox-4x32-10 on 16 counters at once, as plain loops over lanes that the compiler turns into vectors.
//
// Each 32-bit word lives in a 64-bit lane, where a product's high and low half need no shuffling. The upper
// half of a lane may hold rubbish: products, like the result, take the lower half alone.
#pragma once

#include <stdint.h>

#include "CVectorMath.h"
#include "levels.h"

enum { CVM_LANES = 16, CVM_BLOCK = 4 * CVM_LANES };

// Words 64 b .. 64 b + 63 of a stream: word 16 w + l of the block is output w of the counter whose first
// field is 16 b + l, so that each of the four outputs is stored as one run of 16.
CVM_INLINE void cvm_philox_block(uint32_t out[CVM_BLOCK], uint32_t block, cvm_stream s) {
  uint64_t c0[CVM_LANES], c1[CVM_LANES], c2[CVM_LANES], c3[CVM_LANES];
  uint32_t k0 = (uint32_t)s.seed, k1 = (uint32_t)(s.seed >> 32);
  for (int l = 0; l < CVM_LANES; l++) {
    c0[l] = (uint32_t)(block * CVM_LANES + (uint32_t)l);
    c1[l] = s.row;
    c2[l] = s.step;
    c3[l] = s.purpose;
  }
  for (int round = 0; round < 10; round++) {
    for (int l = 0; l < CVM_LANES; l++) {
      uint64_t p0 = (uint64_t)0xD2511F53u * (uint32_t)c0[l];
      uint64_t p1 = (uint64_t)0xCD9E8D57u * (uint32_t)c2[l];
      c0[l] = (p1 >> 32) ^ c1[l] ^ k0;
      c2[l] = (p0 >> 32) ^ c3[l] ^ k1;
      c1[l] = p1;
      c3[l] = p0;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (int l = 0; l < CVM_LANES; l++) {
    out[l] = (uint32_t)c0[l];
    out[CVM_LANES + l] = (uint32_t)c1[l];
    out[2 * CVM_LANES + l] = (uint32_t)c2[l];
    out[3 * CVM_LANES + l] = (uint32_t)c3[l];
  }
}
