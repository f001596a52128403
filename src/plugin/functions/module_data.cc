#include "plugin/functions/module_data.h"

#include <algorithm>
#include <array>
#include <utility>

#include "hookline/function.h"
#include "marshal/python_name.h"

namespace hookline::detail {

namespace {

// Python itself gives these a meaning.
constexpr auto kPythonNames = std::to_array<std::string_view>({
    "__class__",
    "__dict__",
    "__dir__",
    "__doc__",
    "__file__",
    "__getattr__",
    "__loader__",
    "__name__",
    "__package__",
    "__path__",
    "__spec__",
});

CoreEntry core(std::string_view means, std::string_view signature, std::string_view doc) {
  return {.means = means, .name = std::string(means), .signature = signature, .doc = doc};
}

// Calls `visit` with each thing that every module has, until it returns true. Returns a pointer to
// that, or nullptr.
template <class Data>
auto* find_core_if(Data& data, auto visit) {
  for (auto* const entries : {&data.core_functions, &data.core_attributes}) {
    const auto found = std::ranges::find_if(*entries, visit);
    if (found != entries->end()) {
      return &*found;
    }
  }
  return static_cast<decltype(data.core_functions.data())>(nullptr);
}

bool is_core_name(const ModuleData& data, std::string_view name) {
  return find_core_if(data, [name](const CoreEntry& each) { return each.name == name; }) != nullptr;
}

// Returns whether the module has a constant, an attribute or a function of the host's own with this
// name.
bool has_own(const ModuleData& data, std::string_view name) {
  const auto is_in = [name](const std::vector<Attribute>& values) {
    return std::ranges::find(values, name, &Attribute::name) != values.end();
  };
  return is_in(data.constants) || is_in(data.attributes) || data.find(name) != nullptr;
}

Error bad(std::string text) {
  return {.code = ErrorCode::kBadArguments, .message = std::move(text)};
}

// Remembers the first mistake only.
void note(ModuleData& data, Error mistake) {
  if (!data.mistake) {
    data.mistake = std::move(mistake);
  }
}

Error twice(const ModuleData& data, const std::string& name) {
  return bad(data.name + "." + name + " is there twice: give one another name");
}

// Returns whether something may have this name, and notes the mistake otherwise.
bool check_name(ModuleData& data, const std::string& name) {
  if (!is_python_name(name) || std::ranges::find(kPythonNames, name) != kPythonNames.end()) {
    note(data, bad("'" + name + "' cannot be the name of something in the module " + data.name +
                   ": give it another name"));
    return false;
  }
  return true;
}

// Does the same for something of the host's own.
bool check_own_name(ModuleData& data, const std::string& name) {
  if (!check_name(data, name)) {
    return false;
  }
  if (has_own(data, name)) {
    note(data, twice(data, name));
    return false;
  }
  return true;
}

// Returns the mistake if a name of what every module has is there twice. Hosts may add and rename
// in any order, so this is only known at the end.
std::optional<Error> clash(const ModuleData& data) {
  std::vector<std::string_view> names;
  for (const auto* const entries : {&data.core_functions, &data.core_attributes}) {
    for (const CoreEntry& each : *entries) {
      if (has_own(data, each.name)) {
        return bad("every module has a '" + each.name +
                   "' of its own: give yours another name, or rename() that of the module");
      }
      if (std::ranges::find(names, each.name) != names.end()) {
        return twice(data, each.name);
      }
      names.emplace_back(each.name);
    }
  }
  return std::nullopt;
}

void rename_core(ModuleData& data, std::string_view means, std::string name) {
  CoreEntry* const entry =
      find_core_if(data, [means](const CoreEntry& each) { return each.means == means; });
  if (entry == nullptr) {
    note(data, bad("modules have no '" + std::string(means) +
                   "' that could be renamed: rename introduce, call, batch, script_id, name or "
                   "path"));
  } else if (check_name(data, name)) {
    entry->name = std::move(name);
  }
}

void add_value(ModuleData& data, std::vector<Attribute>& values, Attribute value) {
  if (check_own_name(data, value.name)) {
    values.push_back(std::move(value));
  }
}

Result<void> check_kind(const HostFunction& function) {
  const std::string name = function.full_name();
  if (static_cast<bool>(function.call) == static_cast<bool>(function.start)) {
    return std::unexpected(bad(name + " needs either 'call' or 'start', and has both or neither"));
  }
  if (function.is_send && (function.runs_on != RunsOn::kHost || !function.call)) {
    return std::unexpected(bad(name + "() is a send, so it must run on the host's thread, and must "
                                      "not return a Future"));
  }
  if (function.read && (!function.keeps_gil || !function.call || !function.parameters ||
                        function.parameters->size() > kMaxTexts)) {
    return std::unexpected(bad(name +
                               "() has 'read', so it also needs 'call', the GIL, and at "
                               "most " +
                               std::to_string(kMaxTexts) + " parameters"));
  }
  return {};
}

}  // namespace

bool ModuleData::has(std::string_view wanted) const {
  return is_core_name(*this, wanted) || has_own(*this, wanted);
}

std::shared_ptr<const HostFunction> ModuleData::find(std::string_view function) const {
  const auto found = std::ranges::find(
      functions, function, [](const auto& each) -> std::string_view { return each->name; });
  return found == functions.end() ? nullptr : *found;
}

const CoreEntry* ModuleData::find_core(std::string_view means) const {
  return find_core_if(*this, [means](const CoreEntry& each) { return each.means == means; });
}

std::vector<CoreEntry> core_functions() {
  return {
      core("introduce", "(name: str = ..., version: str = ...) -> tuple[str, str]",
           "Sets the name and the version of the script, as far as they are given, and returns "
           "both."),
      core("call", "(name: str, *args: Any) -> Any",
           "Calls a function of the host by its name. Raises a NameError if there is none of that "
           "name."),
      core("batch", "() -> AbstractContextManager[Any]",
           "Returns a context manager: everything that is sent inside of the block reaches the "
           "host together, at its end."),
  };
}

std::vector<CoreEntry> core_attributes() {
  return {
      core("script_id", "int", "The number of this script."),
      core("name", "str", "The name of this script: the name of its file without .py."),
      core("path", "str", "The file of this script."),
  };
}

Result<void> check_function(const HostFunction& function) {
  const std::string& name = function.name;
  // Python itself looks up such names in modules (__path__) and acts on what it finds.
  if (name.empty() || name.starts_with("__")) {
    return fail(ErrorCode::kBadArguments, "a function cannot be called '" + name +
                                              "': give it a name that does not begin with '__'");
  }
  if (auto checked = check_kind(function); !checked) {
    return checked;
  }
  return check_parameters(function);
}

Result<void> check_parameters(const HostFunction& function) {
  const auto wrong = [&function](const Parameter& parameter, std::string_view why) {
    return fail(ErrorCode::kBadArguments,
                function.full_name() + "(): '" + parameter.name + "' " + std::string(why));
  };
  if (!function.parameters) {
    return {};
  }
  const std::vector<Parameter>& parameters = *function.parameters;
  const Parameter* optional = nullptr;
  for (const Parameter& parameter : parameters) {
    // Those of existing functions may be keywords, and are passed by position then.
    if (!is_identifier(parameter.name)) {
      return wrong(parameter, "is no name of a parameter");
    }
    if (std::ranges::count(parameters, parameter.name, &Parameter::name) > 1) {
      return wrong(parameter, "is the name of two parameters");
    }
    if (optional != nullptr && !parameter.fallback) {
      return wrong(parameter, "needs a default, since '" + optional->name + "' before it has one");
    }
    optional = parameter.fallback ? &parameter : optional;
  }
  return {};
}

void add_function(Module& module, Result<HostFunction> function) {
  ModuleData& data = *ModuleAccess::data(module);
  if (!function) {
    return note(data, std::move(function.error()));
  }
  function->module = data.name;
  if (function->script) {
    return note(data,
                bad(function->full_name() + "() is for one script: use ScriptHost::def() for it"));
  }
  if (auto checked = check_function(*function); !checked) {
    return note(data, std::move(checked.error()));
  }
  if (check_own_name(data, function->name)) {
    data.functions.push_back(std::make_shared<const HostFunction>(*std::move(function)));
  }
}

}  // namespace hookline::detail

namespace hookline {

Module::Module(std::string name, std::string doc) : data_(std::make_shared<detail::ModuleData>()) {
  data_->name = std::move(name);
  data_->doc = std::move(doc);
  if (!detail::is_python_name(data_->name) || data_->name.starts_with("__")) {
    detail::note(*data_, detail::bad("'" + data_->name + "' cannot be the name of a module"));
  }
}

Module& Module::constant(std::string name, Value value, std::string doc) {
  detail::add_value(*data_, data_->constants, {std::move(name), std::move(value), std::move(doc)});
  return *this;
}

Module& Module::attribute(std::string name, Value value, std::string doc) {
  detail::add_value(*data_, data_->attributes, {std::move(name), std::move(value), std::move(doc)});
  return *this;
}

Module& Module::rename(std::string_view name, std::string new_name) {
  detail::rename_core(*data_, name, std::move(new_name));
  return *this;
}

const std::string& Module::name() const noexcept { return data_->name; }

Result<void> Module::check() const {
  const std::optional<Error> mistake = data_->mistake ? data_->mistake : detail::clash(*data_);
  return mistake ? Result<void>(std::unexpected(*mistake)) : Result<void>();
}

}  // namespace hookline
