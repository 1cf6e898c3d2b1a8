#include "internal.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

// A dissemination barrier (Hensgen, Finkel, Manber 1988): in round k every rank tells the rank 2^k further
// that it has come and waits to be told by the rank 2^k before it. After ceil(log2(size)) rounds everybody
// has heard of everybody, through a chain of releases and acquires. What is told is the number of the
// barrier, so nothing has to be reset.

// Each flag has one writer and one reader, and two cache lines, which processors fetch in pairs.
enum { flag_stride = 128 };

// Waits a few dozen microseconds at full speed, then lets others run.
enum { patience = 1000 };

struct cmpi_node_barrier {
  char *flags;  // [rank][round]
  MPI_Comm handle;
  int rank;
  int size;
  int rounds;
  int patience;
  uint32_t number;
};

_Static_assert(sizeof(_Atomic uint32_t) == sizeof(uint32_t) && ATOMIC_INT_LOCK_FREE == 2,
               "processes can share lock-free atomics only");

static int round_count(int size) {
  int rounds = 0;
  while ((1 << rounds) < size) rounds++;
  return rounds;
}

uint64_t cmpi_node_barrier_length(int size) {
  return (uint64_t)size * (uint64_t)round_count(size) * flag_stride;
}

cmpi_node_barrier *cmpi_node_barrier_create(const cmpi_communicator *communicator, int rank, int size, void *memory) {
  cmpi_node_barrier *barrier = malloc(sizeof *barrier);
  if (barrier == NULL) return NULL;
  *barrier = (cmpi_node_barrier){.flags = memory,
                            .handle = communicator->handle,
                            .rank = rank,
                            .size = size,
                            .rounds = round_count(size),
                            // With more ranks than processors, whoever spins keeps another from coming.
                            .patience = sysconf(_SC_NPROCESSORS_ONLN) < size ? 0 : patience};
  return barrier;
}

void cmpi_node_barrier_free(cmpi_node_barrier *barrier) { free(barrier); }

static inline void pause_briefly(void) {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static _Atomic uint32_t *flag(const cmpi_node_barrier *barrier, int rank, int round) {
  size_t index = (size_t)rank * (size_t)barrier->rounds + (size_t)round;
  return (_Atomic uint32_t *)(void *)(barrier->flags + index * flag_stride);
}

// Whether `told` is `number` or a later one; numbers wrap around.
static inline int has_come(uint32_t told, uint32_t number) { return (int32_t)(told - number) >= 0; }

static int wait_for(_Atomic uint32_t *told, const cmpi_node_barrier *barrier) {
  for (int spin = 0; spin < barrier->patience; spin++) {
    if (has_come(atomic_load_explicit(told, memory_order_acquire), barrier->number)) return MPI_SUCCESS;
    pause_briefly();
  }
  while (!has_come(atomic_load_explicit(told, memory_order_acquire), barrier->number)) {
    // A message this rank has sent may still wait for one of its calls to go on, and the peer to come, in
    // turn, for that message. No message is looked for: the call is there for the progress it makes.
    int found;
    int code = MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, barrier->handle, &found, MPI_STATUS_IGNORE);
    if (code != MPI_SUCCESS) return code;
    sched_yield();
  }
  return MPI_SUCCESS;
}

int cmpi_node_barrier_wait(cmpi_node_barrier *barrier) {
  barrier->number++;
  for (int round = 0; round < barrier->rounds; round++) {
    int next = (barrier->rank + (1 << round)) % barrier->size;
    atomic_store_explicit(flag(barrier, next, round), barrier->number, memory_order_release);
    int code = wait_for(flag(barrier, barrier->rank, round), barrier);
    if (code != MPI_SUCCESS) return code;
  }
  return MPI_SUCCESS;
}
