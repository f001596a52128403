#include "interp/module_definitions.h"

#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>

namespace hookline::detail {

namespace {

// Names a module by its name and the file that it comes from, or "built-in".
using Key = std::pair<std::string, std::string>;

struct Definitions {
  std::mutex mutex;
  std::map<Key, PyModuleDef*> known;
};

// It is never destroyed, because abandoned threads may import at the end of the process.
Definitions& definitions() {
  static Definitions& instance = *new Definitions();
  return instance;
}

// Returns nullopt, and clears the exception, if the attribute is no text.
std::optional<std::string> text_of(PyObject* object, const char* attribute) {
  const PyRef found = PyRef::steal(PyObject_GetAttrString(object, attribute));
  const char* const text =
      found && PyUnicode_Check(found.get()) != 0 ? PyUnicode_AsUTF8(found.get()) : nullptr;
  if (text == nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return text;
}

std::optional<Key> key_of(PyObject* spec) {
  auto name = text_of(spec, "name");
  auto origin = text_of(spec, "origin");
  if (!name || !origin) {
    return std::nullopt;
  }
  return Key(*std::move(name), *std::move(origin));
}

}  // namespace

// Only the definition of a module with phases has slots. Such a module may be made of it as often
// as one likes.
void note_definition(PyObject* spec, PyObject* module) noexcept try {
  PyModuleDef* const definition = PyModule_Check(module) != 0 ? PyModule_GetDef(module) : nullptr;
  if (definition == nullptr || definition->m_slots == nullptr) {
    return;
  }
  if (auto key = key_of(spec)) {
    const std::scoped_lock lock(definitions().mutex);
    definitions().known.try_emplace(*std::move(key), definition);
  }
} catch (const std::bad_alloc&) {
  return;  // then the next one is created as this one was
}

void note_definitions() noexcept {
  PyObject* const modules = PyImport_GetModuleDict();
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; PyDict_Next(modules, &at, &name, &module) != 0;) {
    if (PyModule_Check(module) == 0) {
      continue;
    }
    // This is a look-up in the module's dict, since a module's __getattr__ could import others.
    PyObject* const spec = PyDict_GetItemString(PyModule_GetDict(module), "__spec__");
    if (spec != nullptr) {
      note_definition(spec, module);
    }
  }
}

PyObject* create_of_definition(PyObject* spec) noexcept try {
  const auto key = key_of(spec);
  if (!key) {
    return nullptr;
  }
  PyModuleDef* definition = nullptr;
  {
    const std::scoped_lock lock(definitions().mutex);
    const auto found = definitions().known.find(*key);
    if (found == definitions().known.end()) {
      return nullptr;
    }
    definition = found->second;
  }
  return PyModule_FromDefAndSpec(definition, spec);
} catch (const std::bad_alloc&) {
  return PyErr_NoMemory();
}

}  // namespace hookline::detail
