#pragma once

/// Memory taken from the heap by the calling thread since the program started: calls, not bytes.
///
/// Linking this target puts wrappers around glibc's allocation functions into the program; the counts stay 0
/// with another C library.
unsigned long callocation_count(void);
