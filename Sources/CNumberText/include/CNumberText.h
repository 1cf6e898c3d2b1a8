#ifndef C_NUMBER_TEXT_H
#define C_NUMBER_TEXT_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Reads the decimal number that the bytes from `first` begin with, correctly rounded, whatever the locale.
///
/// Returns how many bytes it takes, none when no number begins there. No blank and no plus sign may precede it.
/// What is too large becomes infinite, what is too small becomes a zero; `inf` and `nan` are numbers as well.
size_t cae_read_float(const unsigned char *first, const unsigned char *last, float *value);

#ifdef __cplusplus
}
#endif

#endif
