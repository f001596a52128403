#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hookline/call.h"
#include "hookline/convert.h"
#include "hookline/detail/def_function.h"
#include "hookline/error.h"
#include "hookline/script_host.h"

#pragma GCC visibility push(default)
namespace hookline {

// Module::def() and ScriptHost::def() expose a C++ function to scripts:
//
//   module.def("get_stats", [](std::string nick, long limit) -> Stats { ... },
//              arg("nick"), arg("limit") = 10, "Returns the statistics of a user.");
//
// makes `game.get_stats("ann", limit=5)`, if the module is called `game`. The parameters and the
// result may have any type that <hookline/convert.h> converts. The result may also be void, a
// Result<T>, or a Future<T>, for which only the script waits. A parameter `const Caller&` gets the
// calling script, and is not an argument of the Python function. A callable of the form
// `(std::span<const Value>, const Caller&)` takes any positional arguments, unconverted.
//
// Besides arg(), def() takes in any order: a docstring; RunsOn::kCaller for a thread-safe function,
// which then runs immediately on the script's thread, without its GIL, and not on the host's
// thread; is_send for a function of the host's thread whose calls batch() collects; and a ScriptId,
// which exposes the function to that script only (not with Module::def()).
//
// An argument of the wrong type raises a TypeError that names it. A C++ exception becomes the
// Python exception that ScriptHost::map_exception has set for it, or the usual one. An Error
// becomes a Python exception, too; one that came from an exception in the same script raises that
// exception again.
//
// Errors of def(), which Module::def() keeps for ScriptHost::create(): kBadArguments if the name is
// invalid or taken by something else in the module; if the number of arg() is neither zero nor that
// of the parameters; if two parameters have the same name, or one has an invalid name; if a
// parameter without a default follows one that has a default; or if a default does not fit its
// parameter.
//
// Ownership: the module or the ScriptHost owns the function. What it refers to must outlive the
// ScriptHost. Thread safety: ScriptHost::def() from any thread, Module::def() as for Module.

// Module::def_resource() and ScriptHost::def_resource() expose a class whose objects belong to the
// script that makes them:
//
//   module.def_resource<Lock>("Lock",
//                             [](std::string name) { return std::make_unique<Lock>(name); },
//                             arg("name"), method("wait", &Lock::wait, arg("seconds") = 1.0));
//
// makes `with game.Lock("door") as lock: lock.wait()`. The C++ object is destroyed at the end of
// the block, by release(), when Python frees its object, or when the script ends, whichever comes
// first. After that its methods raise a ValueError. `factory` returns a unique_ptr or shared_ptr to
// T, or a Result of one. The factory, the methods and the destructor run where the RunsOn of the
// class says. Errors and thread safety are those of def().

// Describes a method of a resource. method() makes it. Thread safety: as for F and std::string.
template <class F>
struct ResourceMethod {
  std::string name;
  F function;
  detail::DefExtras extras;
};

// Describes a method for def_resource():
//
//   method("add", &Counter::add, arg("step") = 1, "Counts.")
//
// `function` is a pointer to a member function, or any callable that takes a `T&` first. The extras
// are those of def(), but for RunsOn, which belongs to the class. def_resource() reports errors.
// Thread safety: any thread.
template <class F, class... Extras>
[[nodiscard]] ResourceMethod<F> method(std::string_view name, F function, Extras&&... extras) {
  detail::DefExtras all;
  (all.add(std::forward<Extras>(extras)), ...);
  return {.name = std::string(name), .function = std::move(function), .extras = std::move(all)};
}

// Holds a callable object that a script passes to a function of the host, which takes it as a
// parameter:
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
// Thread safety: any thread may copy and destroy it. Ownership: copies keep the object alive.
class Callback {
 public:
  explicit Callback(Handle callable) : callable_(std::move(callable)) {}

  // Calls it and waits for the result. Its errors are those of a call: kScriptRaised if it raises.
  // This works only during the call that it was passed to, on the script's own thread (so the
  // function needs RunsOn::kCaller); anywhere else the result is kWouldDeadlock. To call it later
  // or on another thread, use ScriptHost::call(script, handle(), ...).
  template <class... Args>
  [[nodiscard]] Result<Value> operator()(Args&&... args) const {
    List values;
    (values.push_back(to_value(std::forward<Args>(args))), ...);
    return run(values);
  }
  // Calls it, and converts the result to a T: `f.call<long>(number)`. A result of another type is
  // kBadArguments.
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

// Converts a Callback from and to the Handle of its callable. Thread safety: any thread.
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

// Makes `function` known to scripts. Its errors are those of FunctionRegistry::add.
[[nodiscard]] Result<void> add_function(ScriptHost& scripts, HostFunction function);
// Adds `function` to the module, which keeps the error if there is one.
void add_function(Module& module, Result<HostFunction> function);
[[nodiscard]] const std::string& module_name(const ScriptHost& scripts);
[[nodiscard]] inline const std::string& module_name(const Module& module) { return module.name(); }

inline Result<void> add_function(ScriptHost& scripts, Result<HostFunction> function) {
  return function ? add_function(scripts, *std::move(function))
                  : std::unexpected(std::move(function.error()));
}

// Builds the ResourceClass from the arguments of def_resource(), and owns it until take().
//
// Thread safety: one thread.
template <class T>
class ResourceBuilder {
 public:
  ResourceBuilder(std::string module, std::string name, const DefExtras& extras)
      : module_(std::move(module)),
        made_(std::make_shared<ResourceClass>(module_, std::move(name), extras.runs_on)) {}

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
  // Infers the result and the parameters of a method, without the object.
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
    // The object is the first argument of the call, but the script does not see it as a parameter.
    args.insert(args.begin(), Arg("self"));
    auto function = [run = std::move(method.function)](const Handle& self, A... given) -> R {
      return std::invoke(run, *static_cast<T*>(self.object().get()), std::forward<A>(given)...);
    };
    Result<HostFunction> made = make_host_function(module_, made_->name() + "." + method.name,
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

  std::string module_;
  std::shared_ptr<ResourceClass> made_;
  Result<void> result_;
};

// `Target` is the ScriptHost or the Module that gets the function.
template <class F>
struct include_hookline_function_h {
  template <class Target, class... Extras>
  static auto def(Target& target, std::string name, F function, Extras&&... extras) {
    DefExtras all;
    (all.add(std::forward<Extras>(extras)), ...);
    return add_function(target, make_host_function(module_name(target), std::move(name),
                                                   std::move(function), std::move(all)));
  }

  template <class T, class Target, class... Extras>
  static auto def_resource(Target& target, std::string name, F factory, Extras&&... extras) {
    return add_function(target,
                        make_factory<T>(module_name(target), std::move(name), std::move(factory),
                                        std::forward<Extras>(extras)...));
  }

  template <class Target>
  static void map_exception(Target& target, std::string python_type) {
    target.map_exception(
        []([[maybe_unused]] const std::exception& thrown) {
          if constexpr (std::is_same_v<F, std::exception>) {
            return true;
          } else {
            return dynamic_cast<const F*>(&thrown) != nullptr;
          }
        },
        std::move(python_type));
  }

 private:
  template <class T, class... Extras>
  static Result<HostFunction> make_factory(const std::string& module, std::string name, F factory,
                                           Extras&&... extras) {
    DefExtras all;
    const auto add_to_all = [&all]<class Extra>(const Extra& extra) {
      if constexpr (requires { all.add(extra); }) {
        all.add(extra);
      }
    };
    (add_to_all(extras), ...);
    ResourceBuilder<T> builder(module, name, all);
    (builder.add(std::forward<Extras>(extras)), ...);
    std::shared_ptr<const ResourceClass> type;
    if (Result<void> built = builder.take(type); !built) {
      return std::unexpected(std::move(built.error()));
    }
    Result<HostFunction> made =
        make_host_function(module, std::move(name), std::move(factory), std::move(all));
    if (made) {
      made->returns = type->name();
      made->result_class = std::move(type);
    }
    return made;
  }
};

}  // namespace detail
}  // namespace hookline
#pragma GCC visibility pop
