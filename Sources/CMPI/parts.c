#include "internal.h"

int cmpi_alltoallv(const cmpi_communicator *communicator, const float *sent, const int *sent_counts,
                   const int *sent_offsets, float *received, const int *received_counts,
                   const int *received_offsets) {
  // Where both hold nothing they may begin at one address, which MPICH refuses.
  float nothing;
  if (received == sent) received = &nothing;
  return MPI_Alltoallv(sent, sent_counts, sent_offsets, MPI_FLOAT, received, received_counts,
                       received_offsets, MPI_FLOAT, communicator->handle);
}

int cmpi_allgatherv(const cmpi_communicator *communicator, float *buffer, const int *counts,
                    const int *offsets) {
  return MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, buffer, counts, offsets, MPI_FLOAT,
                        communicator->handle);
}
