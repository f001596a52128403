#pragma once

// Everything of futures: Future<T>, Promise<T>, then(), co_await.
#include "hookline/detail/future_awaiter.h"    // IWYU pragma: export
#include "hookline/detail/future_coroutine.h"  // IWYU pragma: export
#include "hookline/detail/future_then.h"       // IWYU pragma: export
#include "hookline/detail/future_type.h"       // IWYU pragma: export
#include "hookline/detail/promise.h"           // IWYU pragma: export
