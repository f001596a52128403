#pragma once

#include "interp/crash_handler.h"
#include "interp/standard_descriptors.h"

// A program that is made of this library first calls open_standard_descriptors(), and
// install_crash_handler() if it wants to.
