#pragma once

#include "interp/crash_handler.h"
#include "interp/standard_descriptors.h"

// What a program that is made of this library does first: open_standard_descriptors(), and, if it
// wants to, install_crash_handler().
