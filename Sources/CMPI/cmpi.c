#include "cmpi.h"
