#include "CNumberText.h"

#include <charconv>
#include <limits>
#include <system_error>

extern "C" size_t cae_read_float(const unsigned char *first, const unsigned char *last, float *value) {
  const char *begin = reinterpret_cast<const char *>(first);
  const char *end = reinterpret_cast<const char *>(last);
  std::from_chars_result result = std::from_chars(begin, end, *value);
  if (result.ec == std::errc::invalid_argument) return 0;
  if (result.ec == std::errc::result_out_of_range) {
    // Too large or too small for a float: wider types tell which.
    double wide;
    long double wider;
    if (std::from_chars(begin, result.ptr, wide).ec == std::errc()) {
      *value = static_cast<float>(wide);
    } else if (std::from_chars(begin, result.ptr, wider).ec == std::errc()) {
      *value = static_cast<float>(wider);
    } else {
      *value = std::numeric_limits<float>::infinity();
    }
  }
  return static_cast<size_t>(result.ptr - begin);
}
