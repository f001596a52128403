#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "hookline/error.h"
#include "hookline/result.h"
#include "hookline/value.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

// Names an iterator of the script that C++ reads. An interpreter never gives out an id twice.
enum class StreamId : std::int64_t {};

// The result of one pull.
struct StreamItems {
  List items;
  bool ended = false;  // no further item follows
};

// The iterators of one interpreter that C++ reads item by item.
//
// An iterator is closed as `yield from` does it: by calling its close(), if it has one, in which a
// generator runs its `finally` blocks.
//
// Thread safety: none. REQUIRES for everything: the interpreter is attached. No Python exception is
// left set.
class IteratorTable {
 public:
  // The first stream gets the number `before_first` + 1.
  explicit IteratorTable(std::int64_t before_first = 0) : last_(before_first) {}

  // The time after which pull() stops once it has an item.
  static constexpr std::chrono::milliseconds kSlice{1};

  // Opens a stream of iter(result), where `result` was returned by the function called `name`.
  // kUnsupportedType if it cannot be iterated over, or only asynchronously.
  [[nodiscard]] Result<StreamId> open(PyObject* result, std::string_view name);

  // Reads the next items: at least one unless the stream ends, at most `most`, fewer if kSlice is
  // over. If the iterator raises, or an item cannot be copied, this returns the items before that,
  // and the next pull() returns the error; the stream has then ended. kScriptUnloaded if there is
  // no such stream (any more).
  [[nodiscard]] Result<StreamItems> pull(StreamId id, std::size_t most,
                                         const MarshalOptions& options);

  // Closes the iterator unless it has ended. An exception of its close() is kScriptRaised.
  [[nodiscard]] Result<void> close(StreamId id);
  // Closes all. Exceptions are printed, as Python does for a generator that it collects.
  void close_all();

 private:
  struct Stream {
    PyRef iterator;
    std::size_t count = 0;       // of items so far
    std::optional<Error> error;  // for the next pull()

    // False if the iterator has ended or failed.
    [[nodiscard]] bool read_item(StreamItems& to, const MarshalOptions& options);
  };

  std::map<StreamId, Stream> streams_;
  std::int64_t last_;
};

}  // namespace hookline::detail
