#pragma once

#include <memory>
#include <unordered_set>
#include <utility>

#include "hookline/error.h"
#include "hookline/value.h"
#include "interp/py_error.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

struct ProducerObject;

// Holds the producers (hookline/convert.h) in one interpreter, each wrapped in a Python object:
//
//   class Producer:               # of the module `hookline`
//       def __iter__(self)        # returns itself
//       def __next__(self)        # runs Producer::next() without the GIL, on the calling thread
//       def close(self)           # destroys the C++ object, which ends the iterator
//       def __enter__, __exit__   # a `with` block closes it
//
// Like a generator, the object has ended after an exception, and raises ValueError in a second
// thread that iterates over it at the same time.
//
// Thread safety: none. All methods and the destructor REQUIRE that the interpreter is attached.
class ProducerObjects final : public HandleOpener {
 public:
  // Creates the type and registers this object with the attached interpreter. `raise` sets the
  // Python exception for an error; nullptr means a RuntimeError. `others` opens handles that are
  // not producers. `translate` converts a C++ exception to the error for `raise`; an empty function
  // means one with its what(). `codec` and `others` are not owned and must outlive this object.
  [[nodiscard]] static Result<std::unique_ptr<ProducerObjects>> create(
      const TextCodec& codec, RaiseError raise = nullptr, HandleOpener* others = nullptr,
      TranslateException translate = nullptr);
  // Returns the object of the interpreter that the calling thread is attached to, or nullptr. The
  // host's module in C uses it.
  [[nodiscard]] static ProducerObjects* current();

  // Opens handles with current(), in whichever interpreter it is used.
  [[nodiscard]] static HandleOpener& opener() noexcept;

  ProducerObjects(const ProducerObjects&) = delete;
  ProducerObjects& operator=(const ProducerObjects&) = delete;
  // Closes the producers that are still open.
  ~ProducerObjects() override;

  // Returns null with an exception set for a producer that was opened before.
  [[nodiscard]] PyRef open(const Handle& handle) override;

 private:
  friend struct ProducerObject;
  ProducerObjects(const TextCodec& codec, RaiseError raise, HandleOpener* others,
                  TranslateException translate)
      : codec_(codec), raise_(raise), translate_(std::move(translate)), others_(others) {}

  const TextCodec& codec_;
  RaiseError raise_;
  TranslateException translate_;
  HandleOpener* others_;
  PyRef type_;
  std::unordered_set<ProducerObject*> alive_;
};

}  // namespace hookline::detail
