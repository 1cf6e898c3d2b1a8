#include "internal.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

// The most elements or bytes of one MPI call. Smaller values, set when compiling, exercise the pieces.
#ifndef CMPI_LARGEST_MESSAGE
#define CMPI_LARGEST_MESSAGE ((uint64_t)INT_MAX)
#endif

// Carries the pieces of a long gather; the communicators are this file's own, so it meets no other tag.
static const int gather_tag = 1;

static const int thread_levels[] = {MPI_THREAD_SINGLE, MPI_THREAD_FUNNELED, MPI_THREAD_SERIALIZED,
                                    MPI_THREAD_MULTIPLE};

int cmpi_init(cmpi_thread_level requested, cmpi_thread_level *provided) {
  int granted = MPI_THREAD_SINGLE;
  int code = MPI_Init_thread(NULL, NULL, thread_levels[requested], &granted);
  if (code != MPI_SUCCESS) return code;
  for (int level = 0; level < 4; level++) {
    if (thread_levels[level] == granted) *provided = (cmpi_thread_level)level;
  }
  return MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

int cmpi_initialized(int *flag) { return MPI_Initialized(flag); }

int cmpi_finalized(int *flag) { return MPI_Finalized(flag); }

int cmpi_finalize(void) { return MPI_Finalize(); }

static int wrap(MPI_Comm handle, cmpi_communicator **wrapped) {
  int code = MPI_Comm_set_errhandler(handle, MPI_ERRORS_RETURN);
  if (code != MPI_SUCCESS) return code;
  *wrapped = malloc(sizeof **wrapped);
  if (*wrapped == NULL) return MPI_ERR_NO_MEM;
  (*wrapped)->handle = handle;
  return MPI_SUCCESS;
}

int cmpi_world(cmpi_communicator **world) {
  MPI_Comm handle;
  int code = MPI_Comm_dup(MPI_COMM_WORLD, &handle);
  return code == MPI_SUCCESS ? wrap(handle, world) : code;
}

int cmpi_split_node(const cmpi_communicator *parent, cmpi_communicator **node) {
  MPI_Comm handle;
  int rank;
  int code = MPI_Comm_rank(parent->handle, &rank);
  if (code != MPI_SUCCESS) return code;
  code = MPI_Comm_split_type(parent->handle, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &handle);
  return code == MPI_SUCCESS ? wrap(handle, node) : code;
}

int cmpi_split(const cmpi_communicator *parent, int colour, int key, cmpi_communicator **part) {
  MPI_Comm handle;
  *part = NULL;
  int code = MPI_Comm_split(parent->handle, colour < 0 ? MPI_UNDEFINED : colour, key, &handle);
  if (code != MPI_SUCCESS || handle == MPI_COMM_NULL) return code;
  return wrap(handle, part);
}

int cmpi_free(cmpi_communicator *communicator) {
  if (communicator == NULL) return MPI_SUCCESS;
  int code = MPI_Comm_free(&communicator->handle);
  free(communicator);
  return code;
}

int cmpi_rank(const cmpi_communicator *communicator, int *rank) {
  return MPI_Comm_rank(communicator->handle, rank);
}

int cmpi_size(const cmpi_communicator *communicator, int *size) {
  return MPI_Comm_size(communicator->handle, size);
}

static uint64_t smaller(uint64_t left, uint64_t right) { return left < right ? left : right; }

int cmpi_allreduce(const cmpi_communicator *communicator, void *buffer, uint64_t count, cmpi_type type,
                   cmpi_operation operation) {
  // Open MPI's predefined handles are addresses, which are no constant expressions on every platform:
  // no static tables.
  MPI_Datatype element;
  uint64_t width;
  switch (type) {
    case CMPI_FLOAT: element = MPI_FLOAT; width = sizeof(float); break;
    case CMPI_DOUBLE: element = MPI_DOUBLE; width = sizeof(double); break;
    case CMPI_INT64: element = MPI_INT64_T; width = sizeof(int64_t); break;
    case CMPI_UINT64: element = MPI_UINT64_T; width = sizeof(uint64_t); break;
    default: return MPI_ERR_TYPE;
  }
  MPI_Op reduction;
  switch (operation) {
    case CMPI_SUM: reduction = MPI_SUM; break;
    case CMPI_MAX: reduction = MPI_MAX; break;
    case CMPI_MIN: reduction = MPI_MIN; break;
    default: return MPI_ERR_OP;
  }
  char *next = buffer;
  for (uint64_t left = count; left > 0;) {
    uint64_t piece = smaller(left, CMPI_LARGEST_MESSAGE);
    int code =
        MPI_Allreduce(MPI_IN_PLACE, next, (int)piece, element, reduction, communicator->handle);
    if (code != MPI_SUCCESS) return code;
    next += piece * width;
    left -= piece;
  }
  return MPI_SUCCESS;
}

int cmpi_broadcast(const cmpi_communicator *communicator, void *bytes, uint64_t length, int root) {
  char *next = bytes;
  for (uint64_t left = length; left > 0;) {
    uint64_t piece = smaller(left, CMPI_LARGEST_MESSAGE);
    int code = MPI_Bcast(next, (int)piece, MPI_BYTE, root, communicator->handle);
    if (code != MPI_SUCCESS) return code;
    next += piece;
    left -= piece;
  }
  return MPI_SUCCESS;
}

int cmpi_barrier(const cmpi_communicator *communicator) { return MPI_Barrier(communicator->handle); }

int cmpi_allgather_length(const cmpi_communicator *communicator, uint64_t length, uint64_t *lengths) {
  return MPI_Allgather(&length, 1, MPI_UINT64_T, lengths, 1, MPI_UINT64_T, communicator->handle);
}

static int send_pieces(const cmpi_communicator *communicator, const char *next, uint64_t left, int root) {
  while (left > 0) {
    uint64_t piece = smaller(left, CMPI_LARGEST_MESSAGE);
    int code = MPI_Send(next, (int)piece, MPI_BYTE, root, gather_tag, communicator->handle);
    if (code != MPI_SUCCESS) return code;
    next += piece;
    left -= piece;
  }
  return MPI_SUCCESS;
}

static int receive_pieces(const cmpi_communicator *communicator, char *next, uint64_t left, int source) {
  while (left > 0) {
    uint64_t piece = smaller(left, CMPI_LARGEST_MESSAGE);
    int code = MPI_Recv(next, (int)piece, MPI_BYTE, source, gather_tag, communicator->handle,
                        MPI_STATUS_IGNORE);
    if (code != MPI_SUCCESS) return code;
    next += piece;
    left -= piece;
  }
  return MPI_SUCCESS;
}

// For more bytes than an `int` displacement can reach: the root takes one rank's pieces after another's.
// `lengths` NULL means `length` from every rank.
static int gather_pieces(const cmpi_communicator *communicator, const void *sent, uint64_t length,
                         char *received, const uint64_t *lengths, int root) {
  int rank, size;
  int code = MPI_Comm_rank(communicator->handle, &rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(communicator->handle, &size);
  if (code != MPI_SUCCESS) return code;
  if (root < 0 || root >= size) return MPI_ERR_ROOT;
  if (rank != root) return send_pieces(communicator, sent, lengths ? lengths[rank] : length, root);
  for (int source = 0; source < size; source++) {
    uint64_t expected = lengths ? lengths[source] : length;
    if (source == root) {
      if (expected > 0) memcpy(received, sent, expected);
    } else {
      code = receive_pieces(communicator, received, expected, source);
      if (code != MPI_SUCCESS) return code;
    }
    received += expected;
  }
  return MPI_SUCCESS;
}

int cmpi_gather(const cmpi_communicator *communicator, const void *sent, uint64_t length, void *received,
                int root) {
  if (length > CMPI_LARGEST_MESSAGE) return gather_pieces(communicator, sent, length, received, NULL, root);
  return MPI_Gather(sent, (int)length, MPI_BYTE, received, (int)length, MPI_BYTE, root,
                    communicator->handle);
}

int cmpi_gatherv(const cmpi_communicator *communicator, const void *sent, void *received,
                 const uint64_t *lengths, int root) {
  int rank, size;
  int code = MPI_Comm_rank(communicator->handle, &rank);
  if (code == MPI_SUCCESS) code = MPI_Comm_size(communicator->handle, &size);
  if (code != MPI_SUCCESS) return code;
  uint64_t total = 0;
  for (int source = 0; source < size; source++) total += lengths[source];
  if (total > CMPI_LARGEST_MESSAGE) return gather_pieces(communicator, sent, 0, received, lengths, root);

  int *counts = NULL;
  if (rank == root) {
    counts = malloc(2 * (size_t)size * sizeof(int));
    if (counts == NULL) return MPI_ERR_NO_MEM;
    int offset = 0;
    for (int source = 0; source < size; source++) {
      counts[source] = (int)lengths[source];
      counts[size + source] = offset;
      offset += counts[source];
    }
  }
  code = MPI_Gatherv(sent, (int)lengths[rank], MPI_BYTE, received, counts, counts ? counts + size : NULL,
                     MPI_BYTE, root, communicator->handle);
  free(counts);
  return code;
}

void cmpi_abort(int code) {
  // MPICH 4.0 ends this process alone for any other group, though it has the same ranks.
  MPI_Abort(MPI_COMM_WORLD, code);
}

double cmpi_wtime(void) { return MPI_Wtime(); }

static void copy_text(char *target, int capacity, const char *source) {
  if (capacity <= 0) return;
  strncpy(target, source, (size_t)capacity - 1);
  target[capacity - 1] = 0;
}

int cmpi_processor_name(char *name, int capacity) {
  char text[MPI_MAX_PROCESSOR_NAME + 1] = {0};
  int length = 0;
  int code = MPI_Get_processor_name(text, &length);
  copy_text(name, capacity, code == MPI_SUCCESS ? text : "");
  return code;
}

int cmpi_library_version(char *version, int capacity) {
  char text[MPI_MAX_LIBRARY_VERSION_STRING + 1] = {0};
  int length = 0;
  int code = MPI_Get_library_version(text, &length);
  copy_text(version, capacity, code == MPI_SUCCESS ? text : "");
  return code;
}

int cmpi_error_string(int error, char *text, int capacity) {
  char buffer[MPI_MAX_ERROR_STRING + 1] = {0};
  int length = 0;
  int code = MPI_Error_string(error, buffer, &length);
  copy_text(text, capacity, code == MPI_SUCCESS ? buffer : "");
  return code;
}

cmpi_error_kind cmpi_classify(int error) {
  int class = MPI_ERR_OTHER;
  if (MPI_Error_class(error, &class) != MPI_SUCCESS) return CMPI_ERROR_OTHER;
  if (class == MPI_ERR_TRUNCATE) return CMPI_ERROR_TRUNCATE;
  if (class == MPI_ERR_NO_MEM) return CMPI_ERROR_MEMORY;
  if (class == MPI_ERR_ROOT) return CMPI_ERROR_ROOT;
  if (class == MPI_ERR_INTERN) return CMPI_ERROR_INTERNAL;
  return CMPI_ERROR_OTHER;
}
