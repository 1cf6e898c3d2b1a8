// The MPI calls this project uses, as plain functions that Swift can import: `mpi.h` defines its handles as
// macros, which it cannot. Every function returns MPI's return code (0 is success) unless it says otherwise.
// MPI-3.1 only. Counts are 64-bit: longer messages than MPI's `int` counts allow go out in pieces, except
// where `int` counts are passed.
#pragma once

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// A communicator whose errors are returned, not fatal.
typedef struct cmpi_communicator cmpi_communicator;

typedef enum cmpi_thread_level {
  CMPI_THREAD_FUNNELED = 1,
  CMPI_THREAD_SERIALIZED = 2,
  CMPI_THREAD_MULTIPLE = 3,
  CMPI_THREAD_SINGLE = 0,
} cmpi_thread_level;

typedef enum cmpi_type {
  CMPI_FLOAT = 0,
  CMPI_DOUBLE = 1,
  CMPI_INT64 = 2,
  CMPI_UINT64 = 3,
} cmpi_type;

typedef enum cmpi_operation {
  CMPI_SUM = 0,
  CMPI_MAX = 1,
  CMPI_MIN = 2,
} cmpi_operation;

// What an error code is about, as far as advice can be given.
typedef enum cmpi_error_kind {
  CMPI_ERROR_OTHER = 0,
  CMPI_ERROR_TRUNCATE = 1,
  CMPI_ERROR_MEMORY = 2,
  CMPI_ERROR_ROOT = 3,
  CMPI_ERROR_INTERNAL = 4,
} cmpi_error_kind;

// Starts MPI and asks for a thread level; `provided` receives the level granted.
int cmpi_init(cmpi_thread_level requested, cmpi_thread_level *provided);
int cmpi_initialized(int *flag);
int cmpi_finalized(int *flag);
int cmpi_finalize(void);

// A duplicate of the communicator of all ranks. Collective.
int cmpi_world(cmpi_communicator **world);
// The ranks of `parent` that share this rank's memory, in the parent's order. Collective.
int cmpi_split_node(const cmpi_communicator *parent, cmpi_communicator **node);
// The ranks of `parent` with the same colour, ordered by key; a negative colour belongs to none and
// receives NULL. Collective.
int cmpi_split(const cmpi_communicator *parent, int colour, int key, cmpi_communicator **part);
// Collective over the communicator.
int cmpi_free(cmpi_communicator *communicator);
int cmpi_rank(const cmpi_communicator *communicator, int *rank);
int cmpi_size(const cmpi_communicator *communicator, int *size);

// In place: every rank's `count` elements become their sum, largest or smallest over all ranks.
int cmpi_allreduce(const cmpi_communicator *communicator, void *buffer, uint64_t count, cmpi_type type,
                   cmpi_operation operation);
int cmpi_broadcast(const cmpi_communicator *communicator, void *bytes, uint64_t length, int root);
int cmpi_barrier(const cmpi_communicator *communicator);
// `received` holds size * length bytes at the root and is ignored elsewhere.
int cmpi_gather(const cmpi_communicator *communicator, const void *sent, uint64_t length, void *received,
                int root);
// Every rank's length, on every rank: what `cmpi_gatherv` needs.
int cmpi_allgather_length(const cmpi_communicator *communicator, uint64_t length, uint64_t *lengths);
// `lengths` holds the bytes of every rank, the same on all ranks; `received` their sum at the root.
int cmpi_gatherv(const cmpi_communicator *communicator, const void *sent, void *received,
                 const uint64_t *lengths, int root);

// Counts and offsets of floats, one a rank; nothing is copied or allocated here.
//
// Part j of `sent` goes to rank j, part j of `received` comes from rank j. The two do not overlap.
int cmpi_alltoallv(const cmpi_communicator *communicator, const float *sent, const int *sent_counts,
                   const int *sent_offsets, float *received, const int *received_counts,
                   const int *received_offsets);
// In place: every rank's own part of `buffer` becomes that part on all ranks. The counts and offsets are the
// same on all.
int cmpi_allgatherv(const cmpi_communicator *communicator, float *buffer, const int *counts,
                    const int *offsets);

// Memory that all ranks of a communicator see; all must run on one node.
typedef struct cmpi_shared cmpi_shared;

// `length` bytes, held by rank 0; `start` is where this rank sees them, not aligned to anything. Nothing is
// said about what they hold, nor whether there is room for them: see `cmpi_fill_zero`. Collective.
int cmpi_allocate_shared(const cmpi_communicator *communicator, uint64_t length, cmpi_shared **shared,
                         void **start);
// Collective.
int cmpi_free_shared(cmpi_shared *shared);
// Writes zeros, and so makes the pages be there. Returns 0 or an errno: where plain stores would end the
// process for want of room behind the mapping, this returns EFAULT. No MPI call.
int cmpi_fill_zero(void *start, uint64_t length);
// The value of one of the MPI library's own settings that are texts, empty if it has no such setting.
int cmpi_setting(const char *name, char *value, int capacity);

// Returns when all ranks have called; everybody then sees what the others have written to shared memory.
int cmpi_synchronize(const cmpi_communicator *communicator);

// The same through shared memory, without messages.
typedef struct cmpi_node_barrier cmpi_node_barrier;

// The bytes of shared memory that a barrier of `size` ranks needs.
uint64_t cmpi_node_barrier_length(int size);
// `memory` is zero, aligned to 64 bytes, and the same on all ranks; it and the communicator must outlive the
// barrier. NULL if there is no memory.
cmpi_node_barrier *cmpi_node_barrier_create(const cmpi_communicator *communicator, int rank, int size, void *memory);
void cmpi_node_barrier_free(cmpi_node_barrier *barrier);
int cmpi_node_barrier_wait(cmpi_node_barrier *barrier);

// A descriptor of a new empty file in memory that has no name, so that nothing stays of it whoever is killed; other
// processes of the user reach it as /proc/PID/fd/N. -1 where there is none.
int cmpi_unnamed_file(void);

// Ends all ranks of the job. Returns only where MPI could not do it.
void cmpi_abort(int code);
double cmpi_wtime(void);
// The following three write a string that ends with 0, cut to `capacity`.
int cmpi_processor_name(char *name, int capacity);
int cmpi_library_version(char *version, int capacity);
int cmpi_error_string(int code, char *text, int capacity);
cmpi_error_kind cmpi_classify(int code);

#ifdef __cplusplus
}
#endif
