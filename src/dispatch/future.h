#pragma once

// Everything of futures: Future<T>, Promise<T>, then(), co_await.
#include "dispatch/future_awaiter.h"    // IWYU pragma: export
#include "dispatch/future_coroutine.h"  // IWYU pragma: export
#include "dispatch/future_then.h"       // IWYU pragma: export
#include "dispatch/future_type.h"       // IWYU pragma: export
#include "dispatch/promise.h"           // IWYU pragma: export
