#include <string.h>

#include "CVectorMath.h"
#include "dispatch.h"
#include "philox.h"

void cvm_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
  uint32_t k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; round++) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c1 = (uint32_t)p1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

CVM_CLONES void cvm_random_words(uint32_t *out, size_t n, cvm_stream stream) {
  uint32_t words[CVM_BLOCK];
  for (size_t at = 0; at < n; at += CVM_BLOCK) {
    cvm_philox_block(words, (uint32_t)(at / CVM_BLOCK), stream);
    size_t count = n - at < CVM_BLOCK ? n - at : CVM_BLOCK;
    memcpy(out + at, words, count * sizeof(uint32_t));
  }
}

// Eight lanes of multiply and fold; the tail is read as a zero-filled block, its length mixed in at the end.
CVM_CLONES uint64_t cvm_digest(const void *bytes, size_t n) {
  const unsigned char *from = bytes;
  uint64_t lanes[8], block[8];
  for (int l = 0; l < 8; l++) lanes[l] = 0x9E3779B97F4A7C15u * (uint64_t)(2 * l + 1);
  for (size_t at = 0; at < n; at += sizeof block) {
    size_t left = n - at;
    if (left < sizeof block) memset(block, 0, sizeof block);
    memcpy(block, from + at, left < sizeof block ? left : sizeof block);
    for (int l = 0; l < 8; l++) {
      uint64_t v = (lanes[l] ^ block[l]) * 0xD6E8FEB86659FD93u;
      lanes[l] = v ^ (v >> 32);
    }
  }
  uint64_t digest = n;
  for (int l = 0; l < 8; l++) {
    digest = (digest ^ lanes[l]) * 0xD6E8FEB86659FD93u;
    digest ^= digest >> 32;
  }
  return digest;
}

// Tests exponent bits, so that no floating-point assumption of the compiler can remove it.
CVM_CLONES int cvm_all_finite_f32(const float *x, size_t n) {
  uint32_t worst = 0;
  for (size_t i = 0; i < n; i++) {
    uint32_t u;
    memcpy(&u, x + i, sizeof u);
    u &= 0x7F800000u;
    worst = u > worst ? u : worst;
  }
  return worst != 0x7F800000u;
}

CVM_CLONES int cvm_all_finite_f64(const double *x, size_t n) {
  uint64_t worst = 0;
  for (size_t i = 0; i < n; i++) {
    uint64_t u;
    memcpy(&u, x + i, sizeof u);
    u &= 0x7FF0000000000000u;
    worst = u > worst ? u : worst;
  }
  return worst != 0x7FF0000000000000u;
}
