#pragma once

#include <memory>
#include <unordered_set>
#include <utility>

#include "hookline/error.h"
#include "hookline/text.h"
#include "hookline/value.h"
#include "interp/py_error.h"
#include "marshal/py_ref.h"
#include "marshal/python.h"

namespace hookline::detail {

struct ProducerObject;

// The producers (marshal/producer.h) that are in one interpreter, each as a Python object:
//
//   class Producer:               # of the module `hookline`
//       def __iter__(self)        # itself
//       def __next__(self)        # runs Producer::next() without the GIL, on the calling thread
//       def close(self)           # destroys the C++ object; the iterator is then at its end
//       def __enter__, __exit__   # a `with` block closes it
//
// Like a generator it is at its end after an exception, and says ValueError to a second thread that
// iterates while a first one does.
//
// REQUIRES for everything, destruction included: the interpreter is attached.
class ProducerObjects final : public HandleOpener {
 public:
  // Makes the type, and itself known to the attached interpreter. `codec`, and `others` if given,
  // must outlive this. `raise` == nullptr: every error is a RuntimeError. `others` opens the
  // handles that are no producers. `translate` says what `raise` gets for a C++ exception; nullptr:
  // its what().
  [[nodiscard]] static Result<std::unique_ptr<ProducerObjects>> create(
      const TextCodec& codec, RaiseError raise = nullptr, HandleOpener* others = nullptr,
      TranslateException translate = nullptr);
  // Of the interpreter that the calling thread is attached to, or nullptr. For modules of the host.
  [[nodiscard]] static ProducerObjects* current();

  // Opens with current(), of whichever interpreter it is used in.
  [[nodiscard]] static HandleOpener& opener() noexcept;

  ProducerObjects(const ProducerObjects&) = delete;
  ProducerObjects& operator=(const ProducerObjects&) = delete;
  // Closes those that the script has left.
  ~ProducerObjects() override;

  // Null, with an exception set, for a producer that was opened before.
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
