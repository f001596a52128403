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

// Names an iterator of the script that C++ reads. An interpreter never gives out an id twice.
enum class StreamId : std::int64_t {};

// What one pull brings.
struct StreamItems {
  List items;
  bool ended = false;  // no further item follows
};

// The iterators of one interpreter that C++ reads item by item.
//
// An iterator is closed as `yield from` does it: by its close(), if it has one, in which a
// generator runs its `finally` blocks.
//
// REQUIRES for everything: the interpreter is attached. No Python exception is left set.
class IteratorTable {
 public:
  // The number of its first stream, less one.
  explicit IteratorTable(std::int64_t before_first = 0) : last_(before_first) {}

  // How long one pull() goes on, once it has an item.
  static constexpr std::chrono::milliseconds kSlice{1};

  // Takes iter(result), where `result` is what the function called `name` has returned.
  // kUnsupportedType, for what cannot be iterated over and for what only asyncio can.
  [[nodiscard]] Result<StreamId> open(PyObject* result, std::string_view name);

  // The next items, at least one unless it ends, at most `most`: fewer once kSlice is over. An
  // exception, or an item that cannot leave its interpreter, comes alone, by the pull() after the
  // one with the items before it, and ends the stream. kScriptUnloaded: there is no such stream
  // (any more).
  [[nodiscard]] Result<StreamItems> pull(StreamId id, std::size_t most,
                                         const MarshalOptions& options);

  // Closes the iterator, if it is still there. What its close() raises is kScriptRaised.
  [[nodiscard]] Result<void> close(StreamId id);
  // Closes all. Errors are printed as Python does it with those of a generator that it collects.
  void close_all();

  [[nodiscard]] std::size_t size() const noexcept { return streams_.size(); }

 private:
  struct Stream {
    PyRef iterator;
    std::size_t count = 0;       // of items so far
    std::optional<Error> error;  // what the next pull() gives

    // False: it has ended, or there is an error.
    [[nodiscard]] bool read_item(StreamItems& to, const MarshalOptions& options);
  };

  std::map<StreamId, Stream> streams_;
  std::int64_t last_;
};

}  // namespace hookline::detail
