#pragma once

#include <gtest/gtest.h>

#include "hookline/stream.h"
#include "tests/plugin/test_scripts.h"

namespace hookline::test {

// Runs a ScriptHost whose streams a test reads.
class StreamReader : public ScriptHostTest {
 protected:
  // Returns the next `count` items, or fewer at the end.
  static List read(ValueStream& stream, int count) {
    List items;
    for (int i = 0; i < count; ++i) {
      auto item = stream.next().get();
      EXPECT_TRUE(item) << item.error().to_string();
      if (!item || !*item) {
        break;
      }
      items.push_back(**item);
    }
    return items;
  }
  static Error error_of(ValueStream& stream) {
    auto item = stream.next().get();
    EXPECT_FALSE(item);
    return item ? Error{} : item.error();
  }
};

}  // namespace hookline::test
