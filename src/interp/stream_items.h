#pragma once

#include <cstdint>

#include "hookline/value.h"

namespace hookline::detail {

// An iterator of the script that is being streamed. Never given out twice by one interpreter.
enum class StreamId : std::int64_t {};

struct StreamItems {
  List items;
  bool ended = false;  // there is nothing behind them
};

}  // namespace hookline::detail
