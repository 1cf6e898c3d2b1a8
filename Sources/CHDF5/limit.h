#ifndef C_HDF5_LIMIT_H
#define C_HDF5_LIMIT_H

#include <stdbool.h>

/// Begins a call of limited processor time; false where none is limited.
bool cae_h5_begin_call(void);

/// Ends it.
void cae_h5_end_call(bool *is_limited);

/// Stands first in what calls the library and may loop there on a damaged file.
#define LIMITED_CALL __attribute__((cleanup(cae_h5_end_call), unused)) bool limited_call = cae_h5_begin_call()

#endif
