#pragma once

// For a hub that measures its own times as those of its scripts are measured.
#include "dispatch/base/latency_histogram.h"  // IWYU pragma: export
