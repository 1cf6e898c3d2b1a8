// What the C files of this module share.
#pragma once

#include "cmpi.h"

#include <mpi.h>

struct cmpi_communicator {
  MPI_Comm handle;
};
