#include "CHDF5.h"
#include "limit.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// What is used of libhdf5, 1.10 or later, in which identifiers have 64 bits. Declared here, so that its headers are not
// needed to build and its library is not needed to run without HDF5 files.
typedef int64_t hid;
typedef uint64_t hsize;
typedef int herr;

enum { type_integer = 0, type_float = 1, type_string = 3, type_compound = 6, type_enum = 8 };
enum { object_group = 2, object_array = 5 };
enum { layout_chunked = 2, layout_virtual = 3 };

#define FUNCTIONS(F)                                                                                       \
  F(H5open, herr, (void))                                                                                  \
  F(H5get_libversion, herr, (unsigned *, unsigned *, unsigned *))                                          \
  F(H5free_memory, herr, (void *))                                                                         \
  F(H5Eset_auto2, herr, (hid, void *, void *))                                                             \
  F(H5Fopen, hid, (const char *, unsigned, hid))                                                           \
  F(H5Fget_name, int64_t, (hid, char *, size_t))                                                           \
  F(H5Fclose, herr, (hid))                                                                                 \
  F(H5Oopen, hid, (hid, const char *, hid))                                                                \
  F(H5Oclose, herr, (hid))                                                                                 \
  F(H5Iget_type, int, (hid))                                                                               \
  F(H5Lget_name_by_idx, int64_t, (hid, const char *, int, int, hsize, char *, size_t, hid))                \
  F(H5Aexists, int, (hid, const char *))                                                                   \
  F(H5Aopen, hid, (hid, const char *, hid))                                                                \
  F(H5Aclose, herr, (hid))                                                                                 \
  F(H5Aget_type, hid, (hid))                                                                               \
  F(H5Aget_space, hid, (hid))                                                                              \
  F(H5Aread, herr, (hid, hid, void *))                                                                     \
  F(H5Dget_type, hid, (hid))                                                                               \
  F(H5Dget_space, hid, (hid))                                                                              \
  F(H5Dget_create_plist, hid, (hid))                                                                       \
  F(H5Dread, herr, (hid, hid, hid, hid, hid, void *))                                                      \
  F(H5Dvlen_reclaim, herr, (hid, hid, hid, void *))                                                        \
  F(H5Pget_external_count, int, (hid))                                                                     \
  F(H5Pget_layout, int, (hid))                                                                             \
  F(H5Pget_chunk, int, (hid, int, hsize *))                                                                \
  F(H5Pget_nfilters, int, (hid))                                                                           \
  F(H5Pget_filter2, int, (hid, unsigned, unsigned *, size_t *, unsigned *, size_t, char *, unsigned *))    \
  F(H5Pclose, herr, (hid))                                                                                 \
  F(H5Zfilter_avail, int, (int))                                                                           \
  F(H5Screate_simple, hid, (int, const hsize *, const hsize *))                                            \
  F(H5Sget_simple_extent_ndims, int, (hid))                                                                \
  F(H5Sget_simple_extent_dims, int, (hid, hsize *, hsize *))                                               \
  F(H5Sget_simple_extent_npoints, int64_t, (hid))                                                          \
  F(H5Sselect_hyperslab, herr, (hid, int, const hsize *, const hsize *, const hsize *, const hsize *))     \
  F(H5Sclose, herr, (hid))                                                                                 \
  F(H5Tget_class, int, (hid))                                                                              \
  F(H5Tget_size, size_t, (hid))                                                                            \
  F(H5Tis_variable_str, int, (hid))                                                                        \
  F(H5Tcopy, hid, (hid))                                                                                   \
  F(H5Tcreate, hid, (int, size_t))                                                                         \
  F(H5Tinsert, herr, (hid, const char *, size_t, hid))                                                     \
  F(H5Tget_nmembers, int, (hid))                                                                           \
  F(H5Tget_member_name, char *, (hid, unsigned))                                                           \
  F(H5Tget_member_index, int, (hid, const char *))                                                         \
  F(H5Tget_member_type, hid, (hid, unsigned))                                                              \
  F(H5Tclose, herr, (hid))

#define DECLARE(name, result, parameters) result(*name) parameters;
static struct {
  void *library;
  hid native_float, native_integer;
  FUNCTIONS(DECLARE)
} h5;

static char reason[512];

static void *open_library(const char *given) {
  static const char *const names[] = {
      "libhdf5_serial.so.103", "libhdf5.so.103", "libhdf5.so.200", "libhdf5.so.310", "libhdf5.so.320",
      "libhdf5_serial.so.310", "libhdf5_serial.so",     "libhdf5.so",     "libhdf5.dylib",
  };
  if (given) return dlopen(given, RTLD_NOW | RTLD_LOCAL);
  for (size_t index = 0; index < sizeof names / sizeof *names; index++) {
    void *library = dlopen(names[index], RTLD_NOW | RTLD_LOCAL);
    if (library) return library;
  }
  return NULL;
}

/// Faults are reported by what calls return; the library would print them, and remembers for each thread whether to.
static void stay_quiet(void) { h5.H5Eset_auto2(0, NULL, NULL); }

const char *cae_h5_load(const char *given) {
  if (h5.library) {
    stay_quiet();
    return NULL;
  }
  // Files are only read, and network file systems may refuse locks.
  setenv("HDF5_USE_FILE_LOCKING", "FALSE", 0);
  void *library = open_library(given);
  if (!library) {
    const char *text = dlerror();
    snprintf(reason, sizeof reason, "%s", given && text ? text : "it is not installed");
    return reason;
  }
#define FIND(name, result, parameters)                                       \
  *(void **)&h5.name = dlsym(library, #name);                                \
  if (!h5.name) {                                                            \
    snprintf(reason, sizeof reason, "it is too old: it lacks %s", #name);    \
    dlclose(library);                                                        \
    return reason;                                                           \
  }
  FUNCTIONS(FIND)
  unsigned version[3] = {0, 0, 0};
  if (h5.H5open() < 0 || h5.H5get_libversion(&version[0], &version[1], &version[2]) < 0 ||
      (version[0] == 1 && version[1] < 10)) {
    snprintf(reason, sizeof reason, "version %u.%u is older than 1.10", version[0], version[1]);
    dlclose(library);
    return reason;
  }
  const hid *number = dlsym(library, "H5T_NATIVE_FLOAT_g"), *whole = dlsym(library, "H5T_NATIVE_INT64_g");
  if (!number || !whole) {
    snprintf(reason, sizeof reason, "it lacks the native types");
    dlclose(library);
    return reason;
  }
  h5.native_float = *number;
  h5.native_integer = *whole;
  stay_quiet();
  h5.library = library;
  return NULL;
}

cae_h5 cae_h5_open_file(const char *path) {
  LIMITED_CALL;
  return h5.H5Fopen(path, 0, 0);
}

void cae_h5_close_file(cae_h5 file) {
  LIMITED_CALL;
  h5.H5Fclose(file);
}

/// Whether an object, or the values of an array, lie in another file than the one they were found in.
static bool lies_elsewhere(hid parent, hid object) {
  char names[2][4096];
  if (h5.H5Fget_name(parent, names[0], sizeof names[0]) < 0 || h5.H5Fget_name(object, names[1], sizeof names[1]) < 0 ||
      strcmp(names[0], names[1]) != 0)
    return true;
  if (h5.H5Iget_type(object) != object_array) return false;
  hid list = h5.H5Dget_create_plist(object);
  if (list < 0) return true;
  bool is_elsewhere = h5.H5Pget_layout(list) == layout_virtual || h5.H5Pget_external_count(list) != 0;
  h5.H5Pclose(list);
  return is_elsewhere;
}

cae_h5 cae_h5_open(cae_h5 parent, const char *path) {
  LIMITED_CALL;
  hid object = h5.H5Oopen(parent, path, 0);
  if (object < 0 || !lies_elsewhere(parent, object)) return object;
  h5.H5Oclose(object);
  return cae_h5_elsewhere;
}

void cae_h5_close(cae_h5 object) {
  LIMITED_CALL;
  h5.H5Oclose(object);
}

int cae_h5_is_group(cae_h5 object) {
  int type = h5.H5Iget_type(object);
  return type == object_group ? 1 : type == object_array ? 0 : -1;
}

int64_t cae_h5_child(cae_h5 group, uint64_t index, char *name, size_t size) {
  LIMITED_CALL;
  int64_t length = h5.H5Lget_name_by_idx(group, ".", 0, 0, index, name, size, 0);
  return length < (int64_t)size ? length : -1;
}

static enum cae_h5_kind kind_of(hid type) {
  switch (h5.H5Tget_class(type)) {
    case type_integer:
    case type_float:
    case type_enum: return cae_h5_number;
    case type_string: return cae_h5_text;
    case type_compound: return cae_h5_record;
    default: return cae_h5_other;
  }
}

static char *copied(const char *text, size_t limit) {
  size_t length = strnlen(text, limit);
  char *copy = malloc(length + 1);
  if (copy) {
    memcpy(copy, text, length);
    copy[length] = 0;
  }
  return copy;
}

int64_t cae_h5_attribute_text(cae_h5 object, const char *name, char *text, size_t size) {
  LIMITED_CALL;
  if (h5.H5Aexists(object, name) <= 0) return -1;
  hid attribute = h5.H5Aopen(object, name, 0);
  if (attribute < 0) return -1;
  hid type = h5.H5Aget_type(attribute), space = h5.H5Aget_space(attribute);
  int64_t length = -1;
  if (type >= 0 && space >= 0 && h5.H5Tget_class(type) == type_string &&
      h5.H5Sget_simple_extent_npoints(space) == 1) {
    if (h5.H5Tis_variable_str(type) > 0) {
      char *value = NULL;
      if (h5.H5Aread(attribute, type, &value) >= 0 && value) {
        length = snprintf(text, size, "%s", value);
        h5.H5free_memory(value);
      }
    } else {
      size_t width = h5.H5Tget_size(type);
      char *value = width < 1 << 20 ? calloc(1, width + 1) : NULL;
      if (value && h5.H5Aread(attribute, type, value) >= 0) length = snprintf(text, size, "%s", value);
      free(value);
    }
  }
  if (type >= 0) h5.H5Tclose(type);
  if (space >= 0) h5.H5Sclose(space);
  h5.H5Aclose(attribute);
  return length < (int64_t)size ? length : -1;
}

int64_t cae_h5_attribute_numbers(cae_h5 object, const char *name, int64_t *numbers, size_t capacity) {
  LIMITED_CALL;
  if (h5.H5Aexists(object, name) <= 0) return -1;
  hid attribute = h5.H5Aopen(object, name, 0);
  if (attribute < 0) return -1;
  hid type = h5.H5Aget_type(attribute), space = h5.H5Aget_space(attribute);
  int64_t count = space < 0 ? -1 : h5.H5Sget_simple_extent_npoints(space);
  if (type < 0 || h5.H5Tget_class(type) != type_integer || count < 0 || count > (int64_t)capacity ||
      h5.H5Aread(attribute, h5.native_integer, numbers) < 0)
    count = -1;
  if (type >= 0) h5.H5Tclose(type);
  if (space >= 0) h5.H5Sclose(space);
  h5.H5Aclose(attribute);
  return count;
}

static const char *filter_name(int filter) {
  switch (filter) {
    case 1: return "gzip";
    case 4: return "szip";
    case 32000: return "lzf";
    case 32001: return "blosc";
    case 32004: return "lz4";
    case 32008: return "bitshuffle";
    case 32013: return "zfp";
    case 32015: return "zstd";
    case 32026: return "blosc2";
    default: return NULL;
  }
}

static void describe_storage(hid list, cae_h5_array *description) {
  if (h5.H5Pget_layout(list) == layout_chunked)
    h5.H5Pget_chunk(list, description->rank, description->chunk);
  int count = h5.H5Pget_nfilters(list);
  for (int index = 0; index < count; index++) {
    unsigned flags = 0, configuration = 0;
    size_t values = 0;
    char name[48] = "";
    int filter = h5.H5Pget_filter2(list, (unsigned)index, &flags, &values, NULL, sizeof name, name, &configuration);
    if (filter < 0 || h5.H5Zfilter_avail(filter) > 0) continue;
    const char *known = filter_name(filter);
    name[sizeof name - 1] = 0;
    if (known || *name)
      snprintf(description->filter, sizeof description->filter, "%s", known ? known : name);
    else
      snprintf(description->filter, sizeof description->filter, "number %d", filter);
    return;
  }
}

int cae_h5_describe(cae_h5 array, cae_h5_array *description) {
  LIMITED_CALL;
  memset(description, 0, sizeof *description);
  hid space = h5.H5Dget_space(array), type = h5.H5Dget_type(array), list = h5.H5Dget_create_plist(array);
  int rank = space < 0 ? -1 : h5.H5Sget_simple_extent_ndims(space);
  bool is_good = type >= 0 && list >= 0 && rank >= 0 && rank <= CAE_H5_RANK;
  if (is_good) {
    description->rank = rank;
    description->kind = kind_of(type);
    if (rank > 0) is_good = h5.H5Sget_simple_extent_dims(space, description->sizes, NULL) == rank;
    describe_storage(list, description);
  }
  if (list >= 0) h5.H5Pclose(list);
  if (type >= 0) h5.H5Tclose(type);
  if (space >= 0) h5.H5Sclose(space);
  return is_good ? 0 : -1;
}

int cae_h5_field(cae_h5 array, unsigned index, char *name, size_t size, enum cae_h5_kind *kind) {
  LIMITED_CALL;
  hid type = h5.H5Dget_type(array);
  if (type < 0) return -1;
  int length = -1;
  if (h5.H5Tget_class(type) == type_compound && (int)index < h5.H5Tget_nmembers(type)) {
    char *found = h5.H5Tget_member_name(type, index);
    hid member = h5.H5Tget_member_type(type, index);
    if (found && member >= 0) {
      length = snprintf(name, size, "%s", found);
      *kind = kind_of(member);
    }
    if (member >= 0) h5.H5Tclose(member);
    if (found) h5.H5free_memory(found);
  }
  h5.H5Tclose(type);
  return length < (int)size ? length : -1;
}

/// The type in memory of values of type `value`, or of records that have them as their one field.
static hid memory_type(hid value, const char *field) {
  if (!field) return h5.H5Tcopy(value);
  hid record = h5.H5Tcreate(type_compound, h5.H5Tget_size(value));
  if (record >= 0 && h5.H5Tinsert(record, field, 0, value) < 0) {
    h5.H5Tclose(record);
    return -1;
  }
  return record;
}

/// Reads a block as values of `type`; `memory` takes the space in memory, to be closed, where it is not NULL.
static int read_block(
    hid array, hid type, const hsize *start, const hsize *count, void *values, hid *memory) {
  hid space = h5.H5Dget_space(array);
  int rank = space < 0 ? -1 : h5.H5Sget_simple_extent_ndims(space);
  hsize total = 1;
  for (int axis = 0; axis < rank; axis++) total *= count[axis];
  hid room = h5.H5Screate_simple(1, &total, NULL);
  int result = -1;
  if (rank >= 0 && room >= 0 &&
      (rank == 0 || h5.H5Sselect_hyperslab(space, 0, start, NULL, count, NULL) >= 0))
    result = h5.H5Dread(array, type, room, space, 0, values);
  if (space >= 0) h5.H5Sclose(space);
  if (memory && room >= 0)
    *memory = room;
  else if (room >= 0)
    h5.H5Sclose(room);
  return result;
}

static int read_numbers(
    hid array, hid native, const char *field, const hsize *start, const hsize *count, void *values) {
  hid type = memory_type(native, field);
  if (type < 0) return -1;
  int result = read_block(array, type, start, count, values, NULL);
  h5.H5Tclose(type);
  return result;
}

int cae_h5_read_floats(
    cae_h5 array, const char *field, const uint64_t *start, const uint64_t *count, float *values) {
  LIMITED_CALL;
  return read_numbers(array, h5.native_float, field, start, count, values);
}

int cae_h5_read_integers(
    cae_h5 array, const char *field, const uint64_t *start, const uint64_t *count, int64_t *values) {
  LIMITED_CALL;
  return read_numbers(array, h5.native_integer, field, start, count, values);
}

/// The type of the array's values, or of a field of them.
static hid stored_type(hid array, const char *field) {
  hid type = h5.H5Dget_type(array);
  if (type < 0 || !field) return type;
  int index = h5.H5Tget_class(type) == type_compound ? h5.H5Tget_member_index(type, field) : -1;
  hid member = index < 0 ? -1 : h5.H5Tget_member_type(type, (unsigned)index);
  h5.H5Tclose(type);
  return member;
}

int cae_h5_read_texts(cae_h5 array, const char *field, uint64_t start, uint64_t count, char **texts) {
  LIMITED_CALL;
  hid stored = stored_type(array, field);
  if (stored < 0) return -1;
  bool is_variable = h5.H5Tis_variable_str(stored) > 0;
  size_t width = is_variable ? sizeof(char *) : h5.H5Tget_size(stored);
  hid type = h5.H5Tget_class(stored) == type_string ? memory_type(stored, field) : -1;
  char *values = width > 0 && width < 1 << 20 && count < (uint64_t)1 << 40 ? calloc(count + 1, width) : NULL;
  hid memory = -1;
  int result = -1;
  if (type >= 0 && values && read_block(array, type, &start, &count, values, &memory) >= 0) {
    result = 0;
    for (uint64_t index = 0; index < count; index++) {
      const char *text = values + index * width;
      if (is_variable) memcpy(&text, values + index * width, sizeof text);
      texts[index] = text ? copied(text, is_variable ? SIZE_MAX : width) : copied("", 0);
    }
    if (is_variable) h5.H5Dvlen_reclaim(type, memory, 0, values);
  }
  free(values);
  if (memory >= 0) h5.H5Sclose(memory);
  if (type >= 0) h5.H5Tclose(type);
  h5.H5Tclose(stored);
  return result;
}
