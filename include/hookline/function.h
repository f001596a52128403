#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hookline/convert.h"
#include "hookline/detail/def_function.h"
#include "hookline/error.h"
#include "hookline/result.h"
#include "hookline/script_host.h"

namespace [[gnu::visibility("default")]] hookline {

// Exposing C++ to scripts, one line each:
//
//   scripts->def("get_stats", [](std::string nick, long limit) -> Stats { ... },
//                arg("nick"), arg("limit") = 10, "What a user has done lately.");
//
// makes `vh.get_stats("ann", limit=5)`. Parameters and result are whatever marshal/convert.h
// converts; a parameter `const Caller&` is the script that calls and none of its arguments. The
// result is a T, a Result<T>, nothing, or a Future<T>, for which only the script waits. A callable
// of `(std::span<const Value>, const Caller&)` takes any arguments as they come.
//
// Further, in any order: a docstring; RunsOn::kCaller for a function that is thread-safe, which
// then runs immediately on the thread of the script (without its GIL) instead of the host's; a
// ScriptId, for that script only.
//
// An argument that does not fit is a TypeError that names it; an exception of C++ becomes the one
// of Python that fits (ScriptHost::map_exception); an Error becomes that too, and one that came
// from a script is in that script the very exception again.
//
// Errors of def() itself: those of FunctionRegistry::add; kBadArguments for a default that its
// parameter does not take.

// Exposes a class whose objects belong to the script that makes them:
//
//   scripts->def_resource<Lock>("Lock", [](std::string name) { return std::make_unique<Lock>(name);
//   },
//                               arg("name"), method("wait", &Lock::wait, arg("seconds") = 1.0));
//
// makes `with vh.Lock("door") as lock: lock.wait()`. The object is destroyed at the end of the
// block, by release(), when Python has no use for it, or with the script, whichever comes first;
// afterwards its methods raise ValueError. `factory` returns a unique_ptr or shared_ptr to T, or a
// Result of one. Factory, methods and destructor run where the class is declared to (RunsOn).

// A method of a resource: see method().
template <class F>
struct ResourceMethod {
  std::string name;
  F function;
  detail::DefExtras extras;
};

// `method("add", &Counter::add, arg("step") = 1, "Counts.")` for ScriptHost::def_resource.
// `function` is a pointer to a member function or anything that takes a `T&` first.
template <class F, class... Extras>
[[nodiscard]] ResourceMethod<F> method(std::string_view name, F function, Extras&&... extras) {
  detail::DefExtras all;
  (all.add(std::forward<Extras>(extras)), ...);
  return {.name = std::string(name), .function = std::move(function), .extras = std::move(all)};
}

// Something callable that a script has passed to a function of the host, as a parameter of that:
//
//   scripts->def("each", [](std::vector<long> numbers, const Callback& f) -> Result<void> {
//     for (const long number : numbers) {
//       if (auto done = f(number); !done) {
//         return std::unexpected(done.error());  // what f raised is raised in the script again
//       }
//     }
//     return {};
//   }, RunsOn::kCaller);
//
// Thread safety: may be copied and dropped on any thread.
class Callback {
 public:
  explicit Callback(Handle callable) : callable_(std::move(callable)) {}

  // Calls it, and waits. Only inside of the call that it was passed to, on the thread of that,
  // which has to be the script's (RunsOn::kCaller): kWouldDeadlock anywhere else. For later, and
  // from elsewhere, there is ScriptHost::call(script, handle(), ...).
  template <class... Args>
  [[nodiscard]] Result<Value> operator()(Args&&... args) const {
    List values;
    (values.push_back(to_value(std::forward<Args>(args))), ...);
    return run(values);
  }
  // The same for a result of another type: `f.call<long>(number)`.
  template <class T, class... Args>
  [[nodiscard]] Result<T> call(Args&&... args) const {
    Result<Value> result = (*this)(std::forward<Args>(args)...);
    if (!result) {
      return std::unexpected(std::move(result.error()));
    }
    return from_value<T>(*result);
  }

  [[nodiscard]] const Handle& handle() const noexcept { return callable_; }

 private:
  [[nodiscard]] Result<Value> run(const List& args) const;

  Handle callable_;
};

template <>
struct Converter<Callback> {
  static std::string name() { return "callable"; }
  static Value write(const Callback& callback) { return callback.handle(); }
  static Result<Callback> read(const Value& value, const ValuePath& at) {
    Result<Handle> handle = Converter<Handle>::read(value, at);
    if (!handle) {
      return std::unexpected(std::move(handle.error()));
    }
    return Callback(std::move(*handle));
  }
};

namespace detail {

// Makes `function` known to scripts. Errors: those of FunctionRegistry::add.
[[nodiscard]] Result<void> add_function(ScriptHost& scripts, HostFunction function);

// Collects what def_resource() is given.
template <class T>
class ResourceBuilder {
 public:
  ResourceBuilder(std::string name, const DefExtras& extras)
      : made_(std::make_shared<ResourceClass>(std::move(name), extras.runs_on)) {}

  template <class F>
  void add(ResourceMethod<F> method) {
    if (result_) {
      result_ = add_method(std::move(method), MethodSignature<F>());
    }
  }
  template <class Other>
  void add(const Other& /*of the factory*/) {}

  [[nodiscard]] Result<void> take(std::shared_ptr<const ResourceClass>& made) {
    made = std::move(made_);
    return std::move(result_);
  }

 private:
  template <class R, class... A>
  struct Shape {};
  // The result and the parameters of a method, without the object.
  template <class F>
  struct Inferred : Inferred<decltype(&F::operator())> {};
  template <class R, class... A>
  struct Inferred<R (*)(T&, A...)> {
    using Type = Shape<R, A...>;
  };
  template <class C, class R, class... A>
  struct Inferred<R (C::*)(A...)> {
    using Type = Shape<R, A...>;
  };
  template <class C, class R, class... A>
  struct Inferred<R (C::*)(A...) const> {
    using Type = Shape<R, A...>;
  };
  template <class C, class R, class... A>
  struct Inferred<R (C::*)(A...) noexcept> {
    using Type = Shape<R, A...>;
  };
  template <class C, class R, class... A>
  struct Inferred<R (C::*)(A...) const noexcept> {
    using Type = Shape<R, A...>;
  };
  // A lambda's operator() has the object as its first parameter.
  template <class S>
  struct WithoutObject;
  template <class R, class... A>
  struct WithoutObject<Shape<R, T&, A...>> {
    using Type = Shape<R, A...>;
  };
  template <class R, class... A>
  struct WithoutObject<Shape<R, const T&, A...>> {
    using Type = Shape<R, A...>;
  };
  template <class F>
  static auto infer() {
    if constexpr (std::is_class_v<F>) {
      return typename WithoutObject<typename Inferred<F>::Type>::Type();
    } else {
      return typename Inferred<F>::Type();
    }
  }
  template <class F>
  using MethodSignature = decltype(infer<F>());

  template <class F, class R, class... A>
  Result<void> add_method(ResourceMethod<F> method, Shape<R, A...> /*shape*/) {
    method.extras.runs_on = made_->runs_on();
    std::vector<Arg>& args = method.extras.args;
    if (args.empty()) {
      name_arguments(args, kScriptArguments<A...>);
    }
    // The object is the first argument of the call, and no parameter for the script.
    args.insert(args.begin(), Arg("self"));
    auto function = [run = std::move(method.function)](const Handle& self, A... given) -> R {
      return std::invoke(run, *static_cast<T*>(self.object().get()), std::forward<A>(given)...);
    };
    Result<HostFunction> made = make_host_function(made_->name() + "." + method.name,
                                                   std::move(function), std::move(method.extras));
    if (!made) {
      return std::unexpected(std::move(made.error()));
    }
    made->name = std::move(method.name);
    made->owner = made_->name();
    if (made->parameters) {
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access)
      made->parameters->erase(made->parameters->begin());
    }
    return made_->add(*std::move(made));
  }

  std::shared_ptr<ResourceClass> made_;
  Result<void> result_;
};

template <class F>
struct include_hookline_function_h {
  template <class... Extras>
  static Result<void> def(ScriptHost& scripts, std::string name, F function, Extras&&... extras) {
    DefExtras all;
    (all.add(std::forward<Extras>(extras)), ...);
    Result<HostFunction> made =
        make_host_function(std::move(name), std::move(function), std::move(all));
    if (!made) {
      return std::unexpected(std::move(made.error()));
    }
    return add_function(scripts, *std::move(made));
  }

  template <class T, class... Extras>
  static Result<void> def_resource(ScriptHost& scripts, std::string name, F factory,
                                   Extras&&... extras) {
    DefExtras all;
    const auto add_to_all = [&all]<class Extra>(const Extra& extra) {
      if constexpr (requires { all.add(extra); }) {
        all.add(extra);
      }
    };
    (add_to_all(extras), ...);
    ResourceBuilder<T> builder(name, all);
    (builder.add(std::forward<Extras>(extras)), ...);
    std::shared_ptr<const ResourceClass> type;
    if (Result<void> built = builder.take(type); !built) {
      return built;
    }
    Result<HostFunction> made =
        make_host_function(std::move(name), std::move(factory), std::move(all));
    if (!made) {
      return std::unexpected(std::move(made.error()));
    }
    made->returns = type->name();
    made->result_class = std::move(type);
    return add_function(scripts, *std::move(made));
  }
};

}  // namespace detail
}  // namespace hookline
