#ifndef C_HDF5_H
#define C_HDF5_H

#include <stddef.h>
#include <stdint.h>

/// An object of an open file; negative where there is none.
typedef int64_t cae_h5;

/// The most dimensions of an array that is read.
#define CAE_H5_RANK 8

/// What the values of an array are.
enum cae_h5_kind { cae_h5_number = 0, cae_h5_text = 1, cae_h5_record = 2, cae_h5_other = 3 };

/// The shape and the storage of an array.
typedef struct {
  int rank;
  enum cae_h5_kind kind;
  uint64_t sizes[CAE_H5_RANK];
  /// Sizes of a chunk; 0 where the array is in one piece.
  uint64_t chunk[CAE_H5_RANK];
  /// The first of its filters that the library cannot undo; empty: it can undo all.
  char filter[64];
} cae_h5_array;

/// Loads libhdf5, from `library` or, where that is NULL, from its usual names, the first time; each thread calls before others.
///
/// Returns NULL, or the reason why it cannot be used. Not to be called by two threads at once, as nothing here is.
const char *cae_h5_load(const char *library);

/// Lets each later call take so many seconds of processor time; one that takes more ends the process by SIGXCPU. 0: as many as
/// it needs.
void cae_h5_limit(unsigned seconds);

/// Opens a file to be read.
cae_h5 cae_h5_open_file(const char *path);
void cae_h5_close_file(cae_h5 file);

/// What stands for an object, or an array's values, in another file, which nothing is read from.
enum { cae_h5_elsewhere = -2 };

/// Opens what is at `path` of a file or group; `cae_h5_elsewhere` where it leads out of the file.
cae_h5 cae_h5_open(cae_h5 parent, const char *path);
void cae_h5_close(cae_h5 object);

/// Whether the object is a group; an array otherwise, or (negative) something else.
int cae_h5_is_group(cae_h5 object);

/// Writes the name of child `index` of a group; returns its length, negative behind the last.
int64_t cae_h5_child(cae_h5 group, uint64_t index, char *name, size_t size);

/// Writes the text of an attribute; returns its length, negative where there is no such text.
int64_t cae_h5_attribute_text(cae_h5 object, const char *name, char *text, size_t size);

/// Writes the whole numbers of an attribute; returns how many, negative where there are none or more than `capacity`.
int64_t cae_h5_attribute_numbers(cae_h5 object, const char *name, int64_t *numbers, size_t capacity);

/// Describes an array; negative when that fails or it has more dimensions than are read.
int cae_h5_describe(cae_h5 array, cae_h5_array *description);

/// Writes the name and the kind of field `index` of an array of records; negative behind the last.
int cae_h5_field(cae_h5 array, unsigned index, char *name, size_t size, enum cae_h5_kind *kind);

/// Reads the block of `count` values from `start` (of a field of records, unless `field` is NULL) as floats; negative when
/// that fails.
int cae_h5_read_floats(
    cae_h5 array, const char *field, const uint64_t *start, const uint64_t *count, float *values);

/// The same for whole numbers.
int cae_h5_read_integers(
    cae_h5 array, const char *field, const uint64_t *start, const uint64_t *count, int64_t *values);

/// Reads `count` texts of an array with one dimension; each is to be freed by `free`. Negative when that fails; then there
/// is none.
int cae_h5_read_texts(cae_h5 array, const char *field, uint64_t start, uint64_t count, char **texts);

#endif
