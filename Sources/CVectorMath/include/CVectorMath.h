/// The vector loops of the training step, each compiled for several instruction sets, one of which is used.
///
/// Conventions: matrices are row-major and dense; `n`, `rows`, `columns` count elements; buffers do not overlap
/// unless a comment says "in place". Every function exists for float (`_f32`) and double (`_f64`): the double
/// ones use the C library's log and exp and serve as the reference that gradients are checked with.
///
/// A row of a selector's sample with n places is dense, or sparse: -(c + 1), the c columns that it has entries for in ascending
/// order, as numbers, their c values, and places that mean nothing. Entries are never negative.
///
/// An element's result is a function of its inputs alone wherever a loop has no sum: neither its place in the array
/// nor where the array is cut or how it is aligned shows in a bit.
///
/// Errors of the float loops in units of the last place (ulp), measured against double arithmetic on 2.3 million
/// values, baseline / AVX2 / AVX-512:
///
///     exp, [-87.3, 88]     0.99 / 1.03 / 1.03   of the result
///     log, normal numbers  0.93 / 0.91 / 0.91   of the result
///     gumbel               1.30 / 1.30 / 1.30   of the larger of the draw and 1
///     softmax, T = 1       20.1 / 19.0 / 20.0   of the result; 784 values spread over 18: mostly the rounding
///                                               of a value's distance to the largest, which 1/T scales
///     log softmax          1.75 / 1.75 / 1.75   of the result; 784 values spread over 8
///     log mean exp         3.11 / 3.11 / 3.11   of the larger of the result and 1; 8 rows
///     divergence           2.31 / 2.62 / 2.62   of the sum of 784
///     squared error        2.65 / 2.91 / 2.69   of the sum of 784
///     layer norm           3.44 / 3.71 / 3.58   of the largest of 784
///     Adam, first moment   1.92 / 1.48 / 1.48   of its larger term
///     Adam, second moment  1.39 / 1.25 / 1.25   of the result
///     Adam, parameter      4.54 / 2.58 / 2.58   of the larger of the parameter and its change
///
/// Special values: exp gives 0 under -87.3 and for -infinity, NaN for NaN, and is not defined over 88; log is
/// defined for positive normal numbers only. NaN or an infinity in what a sum is made of shows in the sum.
#ifndef CVECTORMATH_H
#define CVECTORMATH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// An instruction set that the loops were compiled for. Levels agree bit for bit in integer results, in what is
/// only added in a given order, multiplied or chosen, and in bytes as floats; elsewhere they differ in the last
/// places, so ranks that must keep the same numbers have to use the same level.
typedef enum {
  CVM_BASELINE = 0,  ///< every machine of the architecture; no fused multiply-add on x86-64
  CVM_AVX2 = 1,      ///< x86-64-v3: AVX2, FMA
  CVM_AVX512 = 2     ///< x86-64-v4: AVX-512 F, BW, CD, DQ, VL
} cvm_level;

/// The highest level that this machine has: it has all lower ones too.
cvm_level cvm_best_level(void);

/// The level that the loops run at: the best, until another is set.
cvm_level cvm_current_level(void);

/// Makes every loop of the process run at a level, from the next call on; not while a loop runs. Returns 0, or -1 and
/// changes nothing if this machine or this build lacks the level.
int cvm_set_level(cvm_level level);

/// Names one sequence of random words: word w of the sequence is a function of these fields and w alone
/// (Philox-4x32-10: Salmon, Moraes, Dror, Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3").
typedef struct {
  uint64_t seed;     ///< the key
  uint32_t purpose;  ///< keeps noise, dropout, initial values and shuffles apart
  uint32_t step;     ///< training step, or epoch
  uint32_t row;      ///< selector, or row of the global batch
} cvm_stream;

/// One Philox-4x32-10 block: 4 words from a 4-word counter and a 2-word key.
void cvm_philox4x32(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// The first `n` words of a stream.
void cvm_random_words(uint32_t *out, size_t n, cvm_stream stream);

/// A 64-bit digest of `n` bytes' bit patterns; order matters. For noticing a difference, not for security.
uint64_t cvm_digest(const void *bytes, size_t n);

/// Floats of the scratch memory.
#define CVM_SCRATCH_COUNT 32768

/// Memory of this thread's own for CVM_SCRATCH_COUNT floats, on a cache line; what is in it stays until somebody on
/// the thread uses it again.
float *cvm_scratch(void);

/// Asks for `n` bytes that will be read soon.
static inline void cvm_prefetch(const void *bytes, size_t n) {
  for (size_t at = 0; at < n; at += 64) __builtin_prefetch((const char *)bytes + at);
}

/// 1 if none of the `n` floats is NaN or infinite.
int cvm_all_finite_f32(const float *x, size_t n);
int cvm_all_finite_f64(const double *x, size_t n);

/// In a program of sums: adds the last two operands.
#define CVM_SUM_TREE_ADD (-1)
/// The most operands that such a program may need at a time.
#define CVM_SUM_TREE_HEIGHT 16

#define CVM_DECLARE(REAL, S)                                                                                  \
  /** Draws first ..< first + n of a stream of standard Gumbel draws, -log(-log u), u = (2w+1) / 2^24 for  \
      23-bit w: in [-2.82, 16.64]. */                                                                      \
  void cvm_gumbel_##S(REAL *out, size_t first, size_t n, cvm_stream stream);                               \
  /** Uniform draws in the open interval (low, high). */                                                     \
  void cvm_uniform_##S(REAL *out, size_t n, REAL low, REAL high, cvm_stream stream);                         \
  /** 0 with probability p, else 1/(1-p). */                                                                 \
  void cvm_dropout_mask_##S(REAL *out, size_t n, REAL p, cvm_stream stream);                                 \
  /** In place: z = exp((logits + z - largest) * inverse_temperature), with the largest of the n > 0 values\
      logits + z, which it gives with the sum of the results. */                                           \
  void cvm_perturbed_exp_##S(REAL *z, const REAL *logits, size_t n, REAL inverse_temperature, REAL *largest, \
                             REAL *total);\
  /** A row of a selector's sample, exp((logits + draws - largest) * inverse_temperature), with draws first ..<    \
      first + n of a stream of Gumbel draws and the largest of the n > 0 values logits + draws, which it gives with the  \
      sum of the results. The row is sparse where few entries are at least exp(-reach): the others are left out. */      \
  void cvm_sample_exp_##S(REAL *row, const REAL *logits, size_t first, size_t n, cvm_stream stream,           \
                          REAL inverse_temperature, REAL reach, REAL *largest, REAL *total);                  \
  /** sum of a * m over the entries of a dense or sparse row of n > 0 places. */                              \
  REAL cvm_sample_dot_##S(const REAL *a, const REAL *m, size_t n);                                          \
  /** In place on a dense or sparse row of n > 0 places: every entry times factor. */                       \
  void cvm_scale_sample_##S(REAL *row, size_t n, REAL factor);                                              \
  /** out[r stride] = sum over the entries of a sparse row of entry * x[r, entry's column], for the rows of x[rows,   \
      columns]. */                                                                                          \
  void cvm_sparse_select_##S(REAL *out, size_t stride, const REAL *x, size_t rows, size_t columns,           \
                             const REAL *sparse);                                                           \
  /** out[c] = g[the column of a sparse row's entry c]. */                                                  \
  void cvm_sparse_take_##S(REAL *out, const REAL *g, const REAL *sparse);                                   \
  /** The gradient of a sparse row's entries: g[entry's column] = sum over rows of d[r stride] * x[r, entry's       \
      column], added to before[entry] unless that is NULL, and 0 in the other places of g[columns]. */      \
  void cvm_sparse_gradient_##S(REAL *g, const REAL *before, const REAL *d, size_t stride, const REAL *x,     \
                               size_t rows, size_t columns, const REAL *sparse);                            \
  /** In place on m[rows, columns], part `own` of `count` parts of as many rows, each the result of        \
      cvm_perturbed_exp or cvm_sample_exp: makes each row a part of one softmax. parts[p stride + r] is the largest value of row\
      r in part p (-infinity in a part without columns), parts[p stride + rows + r] its sum. Entries below   \
      exp(-reach) are then left out of a sparse row, and of a dense one if few are not: it is a sparse one then. */   \
  void cvm_join_softmax_##S(REAL *m, size_t rows, size_t columns, const REAL *parts, size_t stride,        \
                            size_t count, size_t own, REAL inverse_temperature, REAL reach);               \
  /** out = log softmax(logits). */                                                                          \
  void cvm_log_softmax_##S(REAL *out, const REAL *logits, size_t n);                                         \
  /** In place on g[n], the gradient through a softmax whose output is the dense or sparse row m: g = scale * m *   \
      (g - dot), with dot = sum_j g_j m_j over the whole softmax. Places that m has no entry for are left alone. */  \
  void cvm_softmax_backward_##S(REAL *g, const REAL *m, REAL dot, size_t n, REAL scale);                     \
  /** g += scale * m * (d - sum_j d_j m_j): the same added up, for an output's gradient d that stays. */        \
  void cvm_softmax_backward_add_##S(REAL *g, const REAL *d, const REAL *m, size_t n, REAL scale);            \
  /** sum of a * b, added up in this type. */                                                                \
  REAL cvm_dot_##S(const REAL *a, const REAL *b, size_t n);                                                  \
  /** out = exp(x); arguments under -87.3 give 0 in float. */                                                \
  void cvm_exp_##S(REAL *out, const REAL *x, size_t n);                                                      \
  /** out = log(x) for positive normal x. */                                                                 \
  void cvm_log_##S(REAL *out, const REAL *x, size_t n);                                                      \
  /** In place on [rows, columns]: x = x + bias. */                                                          \
  void cvm_add_bias_##S(REAL *x, const REAL *bias, size_t rows, size_t columns);                             \
  /** In place on [rows, columns]: x = leaky(x + bias); slope for negative values. */                        \
  void cvm_bias_leaky_##S(REAL *x, const REAL *bias, size_t rows, size_t columns, REAL slope);               \
  /** In place: x = leaky(x). */                                                                             \
  void cvm_leaky_##S(REAL *x, size_t n, REAL slope);                                                         \
  /** In place: g = g * (activated > 0 ? 1 : slope). */                                                      \
  void cvm_leaky_backward_##S(REAL *g, const REAL *activated, size_t n, REAL slope);                         \
  /** In place: x = x * mask. */                                                                             \
  void cvm_multiply_##S(REAL *x, const REAL *mask, size_t n);                                                \
  /** out = a * b. */                                                                                        \
  void cvm_product_##S(REAL *out, const REAL *a, const REAL *b, size_t n);                                   \
  /** In place: x = x + scale * y. */                                                                        \
  void cvm_add_scaled_##S(REAL *x, const REAL *y, size_t n, REAL scale);                                     \
  /** out = a sum of sources[i][offset ..< offset + n] in a fixed order; out may be one of them. The program is in   \
      postfix order: i takes source i, CVM_SUM_TREE_ADD adds the last two; it needs at most                        \
      CVM_SUM_TREE_HEIGHT operands at a time. Returns 1 if no sum is NaN or infinite. */                      \
  int cvm_sum_tree_##S(REAL *out, const REAL *const *sources, size_t offset, const int32_t *program,          \
                       size_t length, size_t n);                                                              \
  /** out[columns, rows] = the transpose of x[rows, columns], whose rows are `stride` apart. */            \
  void cvm_transpose_##S(REAL *out, const REAL *x, size_t rows, size_t columns, size_t stride);            \
  /** out[columns] = sum over rows of x[rows, columns]. */                                                   \
  void cvm_column_sums_##S(REAL *out, const REAL *x, size_t rows, size_t columns);                           \
  /** sum of x. */                                                                                           \
  double cvm_sum_##S(const REAL *x, size_t n);                                                               \
  /** the largest of n > 0 values and, through index, the first place it stands at. */                       \
  REAL cvm_max_##S(const REAL *x, size_t n, size_t *index);                                                  \
  /** Per row of x[rows, columns], in place: (x - mean) / sqrt(variance + epsilon) * gain + shift; keeps     \
      the normalised value and 1/sqrt(variance + epsilon). */                                                \
  void cvm_layer_norm_##S(REAL *x, REAL *normalized, REAL *inverse_deviation, const REAL *gain,              \
                          const REAL *shift, size_t rows, size_t columns, REAL epsilon);                     \
  /** In place: the gradient of x from the gradient g of the output. */                                      \
  void cvm_layer_norm_backward_##S(REAL *g, const REAL *normalized, const REAL *inverse_deviation,           \
                                   const REAL *gain, size_t rows, size_t columns);                           \
  /** out[rows, k] = x[rows, columns] at k column indices; 0 at an index that x has no column for. */           \
  void cvm_gather_columns_##S(REAL *out, const REAL *x, const uint32_t *indices, size_t rows,                \
                              size_t columns, size_t k);                                                     \
  /** out[columns] = log of the mean over rows of exp(x[rows, columns]), without overflow or underflow. */    \
  void cvm_log_mean_exp_##S(REAL *out, REAL *scratch, const REAL *x, size_t rows, size_t columns);           \
  /** Returns the divergence d = sum_j exp(log_p_j) (log_p_j - log_m_j) over n; with g not null adds its   \
      gradient in the logits of p, scale * exp(log_p_j) (log_p_j - log_m_j - d), for j = first ..< first + \
      count, to g[0 ..< count]. */                                                                         \
  double cvm_divergence_##S(REAL *g, const REAL *log_p, const REAL *log_m, size_t n, size_t first,         \
                            size_t count, REAL scale);                                                     \
  /** Losses replace y[rows, columns], outputs without their bias, by scale times the gradient of the loss and\
      return its sum. Sum of (y + bias - target)^2: */                                                       \
  double cvm_squared_error_##S(REAL *y, const REAL *bias, const REAL *target, size_t rows, size_t columns,   \
                               double scale);                                                                \
  /** Sum of the rows' softmax cross entropies; correct counts the rows whose largest output is the class's. */\
  double cvm_cross_entropy_##S(REAL *y, const REAL *bias, const int32_t *classes, size_t rows,               \
                               size_t columns, double scale, size_t *correct);                               \
  /** out = scale * bytes. */                                                                                \
  void cvm_from_bytes_##S(REAL *out, const uint8_t *bytes, size_t n, REAL scale);                            \
  /** out = (bytes - offset) * scale, elementwise. */                                                        \
  void cvm_scale_bytes_##S(REAL *out, const uint8_t *bytes, size_t n, const REAL *offset,                    \
                           const REAL *scale);                                                               \
  /** out = (x - offset) * scale, elementwise, with fill in the place of an x that is NaN. */                \
  void cvm_scale_floats_##S(REAL *out, const float *x, size_t n, const REAL *offset, const REAL *scale,      \
                            const REAL *fill);                                                               \
  /** observed = 1 where x is a number and 0 where it is NaN, which fill takes the place of. */               \
  void cvm_fill_missing_##S(REAL *x, uint8_t *observed, size_t n, const REAL *fill);                         \
  /** Moves those of n values where chosen is 1, not 0, to the front of out [n]; returns how many there are. */\
  size_t cvm_pack_##S(REAL *out, const REAL *x, const uint8_t *chosen, size_t n);                            \
  /** Puts packed values back into their n places, and 0 into the others. */                                 \
  void cvm_unpack_##S(REAL *out, const REAL *packed, const uint8_t *chosen, size_t n);                       \
  /** Adam (Kingma, Ba 2015, algorithm 1): step_size = rate / (1 - beta1^t),                                 \
      inverse_correction = 1 / sqrt(1 - beta2^t); double betas keep 1 - beta2 exact to float.    */ \
  void cvm_adam_##S(REAL *parameters, const REAL *gradient, REAL *first, REAL *second, size_t n,             \
                    REAL step_size, REAL inverse_correction, double beta1, double beta2, REAL epsilon);

CVM_DECLARE(float, f32)
CVM_DECLARE(double, f64)
#undef CVM_DECLARE

#ifdef __cplusplus
}
#endif
#endif
