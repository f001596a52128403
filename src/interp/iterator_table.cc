#include "interp/iterator_table.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "hookline/detail/value_path.h"
#include "interp/py_error.h"
#include "marshal/python_text.h"

namespace hookline::detail {

namespace {

// Returns false with an exception set.
bool close_iterator(PyObject* iterator) {
  PyObject* found = nullptr;
  if (PyObject_GetOptionalAttrString(iterator, "close", &found) < 0) {
    return false;
  }
  const PyRef close = PyRef::steal(found);
  return !close || PyRef::steal(PyObject_CallNoArgs(close.get()));
}

// Returns whether only an event loop can use the object, such as the result of an `async def`.
bool is_asynchronous(PyObject* object) {
  const PyAsyncMethods* methods = Py_TYPE(object)->tp_as_async;
  return methods != nullptr && (methods->am_aiter != nullptr || methods->am_await != nullptr);
}

Error asynchronous_error(PyObject* object, std::string_view name) {
  if (PyCoro_CheckExact(object) != 0 && !close_iterator(object)) {
    PyErr_Clear();  // closed, so that Python does not complain that nobody awaited it
  }
  return {.code = ErrorCode::kUnsupportedType,
          .message = "'" + std::string(name) + "' gives an object of type '" + type_name(object) +
                     "', and what is asynchronous cannot be streamed: let it be a plain generator"};
}

}  // namespace

Result<StreamId> IteratorTable::open(PyObject* result, std::string_view name) {
  if (is_asynchronous(result)) {
    return std::unexpected(asynchronous_error(result, name));
  }
  PyRef iterator = PyRef::steal(PyObject_GetIter(result));
  if (!iterator) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) {
      return std::unexpected(take_python_error());
    }
    PyErr_Clear();
    return fail(ErrorCode::kUnsupportedType, "'" + std::string(name) +
                                                 "' gives an object of type '" + type_name(result) +
                                                 "', which cannot be iterated over");
  }
  const StreamId id{++last_};
  streams_[id].iterator = std::move(iterator);
  return id;
}

bool IteratorTable::Stream::read_item(StreamItems& to, const MarshalOptions& options) {
  const PyRef item = PyRef::steal(PyIter_Next(iterator.get()));
  if (!item) {
    to.ended = PyErr_Occurred() == nullptr;
    if (!to.ended) {
      error = take_python_error();
    }
    return false;
  }
  ValuePath at("result");
  at.at_index(count++);
  CopyBudget budget(options.max_bytes, options.may_take);
  Result<Value> value = from_python(item.get(), at, options, budget);
  if (!value) {
    error = std::move(value.error());
    if (!close_iterator(iterator.get())) {
      PyErr_WriteUnraisable(iterator.get());
    }
    return false;
  }
  to.items.push_back(*std::move(value));
  to.bytes += options.max_bytes - budget.left();
  return true;
}

Result<StreamItems> IteratorTable::pull(StreamId id, std::size_t most, std::size_t most_bytes,
                                        const MarshalOptions& options) {
  // The iterator is out of the table meanwhile, because the script's code may do anything,
  // including closing streams.
  auto node = streams_.extract(id);
  if (node.empty()) {
    return fail(ErrorCode::kScriptUnloaded, "the stream was closed with its script");
  }
  Stream& stream = node.mapped();
  StreamItems pulled;
  if (!stream.error) {
    const auto end = std::chrono::steady_clock::now() + kSlice;
    const std::size_t enough = std::min(most_bytes, kMostBytes);
    while (stream.read_item(pulled, options) && pulled.items.size() < most &&
           pulled.bytes < enough && std::chrono::steady_clock::now() < end) {
    }
  }
  if (stream.error && pulled.items.empty()) {
    return std::unexpected(*std::move(stream.error));
  }
  if (!pulled.ended) {
    streams_.insert(std::move(node));
  }
  return pulled;
}

Result<void> IteratorTable::close(StreamId id) {
  auto stream = streams_.extract(id);
  if (!stream.empty() && !close_iterator(stream.mapped().iterator.get())) {
    return std::unexpected(take_python_error());
  }
  return {};
}

void IteratorTable::close_all() {
  while (!streams_.empty()) {
    const auto stream = streams_.extract(streams_.begin());
    if (PyObject* iterator = stream.mapped().iterator.get(); !close_iterator(iterator)) {
      PyErr_WriteUnraisable(iterator);
    }
  }
}

}  // namespace hookline::detail
