#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "hookline/error.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// Names an iterator of the script that C++ reads. An interpreter never uses an id twice.
enum class StreamId : std::int64_t {};

// Holds the result of one pull.
struct StreamItems {
  List items;
  bool ended = false;     // no further item follows
  std::size_t bytes = 0;  // the size of the items, as CopyBudget counts it
};

// Holds the iterators of one interpreter that C++ reads item by item.
//
// An iterator is closed in the same way as `yield from` does it: its close() is called, if it has
// one, in which a generator runs its `finally` blocks.
//
// Thread safety: none. All methods REQUIRE that the interpreter is attached, and leave no Python
// exception set.
class IteratorTable {
 public:
  // The first stream gets the number `before_first` + 1.
  explicit IteratorTable(std::int64_t before_first = 0) : last_(before_first) {}

  // The time after which pull() stops once it has an item, and what its items take then at least.
  static constexpr std::chrono::milliseconds kSlice{1};
  static constexpr std::size_t kMostBytes = std::size_t{1} << 20U;

  // Opens a stream of iter(result), where `result` was returned by the function called `name`.
  // Fails with kUnsupportedType if it cannot be iterated over, or only asynchronously.
  [[nodiscard]] Result<StreamId> open(PyObject* result, std::string_view name);

  // Reads the next items: at least one unless the stream ends, at most `most`, and fewer once
  // kSlice has passed or they take `most_bytes` or kMostBytes. Each item may take
  // MarshalOptions::max_bytes. If the iterator raises, or an item cannot be copied, this returns
  // the items before that, and the next pull() returns the error; the stream has then ended. Fails
  // with kScriptUnloaded if there is no such stream (any more).
  [[nodiscard]] Result<StreamItems> pull(StreamId id, std::size_t most, std::size_t most_bytes,
                                         const MarshalOptions& options);

  // Closes the iterator unless it has ended. Fails with kScriptRaised if its close() raises.
  [[nodiscard]] Result<void> close(StreamId id);
  // Closes all iterators. Exceptions are printed, as Python does for a generator that it collects.
  void close_all();

 private:
  struct Stream {
    PyRef iterator;
    std::size_t count = 0;       // the number of items so far
    std::optional<Error> error;  // reported by the next pull()

    // Reads one item. Returns false if the iterator has ended or failed.
    [[nodiscard]] bool read_item(StreamItems& to, const MarshalOptions& options);
  };

  std::map<StreamId, Stream> streams_;
  std::int64_t last_;
};

}  // namespace hookline::detail
