#include "interp/module_definitions.h"

#include <gtest/gtest.h>

#include "interp_fixture.h"
#include "marshal/py_ref.h"

namespace hookline {

using namespace detail;

namespace {

class ModuleDefinitions : public InterpTest {
 protected:
  // Returns an object with these attributes, as a spec has them.
  static PyRef spec(const char* name, const char* origin) {
    const PyRef types = PyRef::steal(PyImport_ImportModule("types"));
    const PyRef make = PyRef::steal(PyObject_GetAttrString(types.get(), "SimpleNamespace"));
    const PyRef names = PyRef::steal(Py_BuildValue("{s:s,s:s}", "name", name, "origin", origin));
    return PyRef::steal(PyObject_VectorcallDict(make.get(), nullptr, 0, names.get()));
  }
  static PyRef imported(const char* name) { return PyRef::steal(PyImport_ImportModule(name)); }
  static PyRef spec_of(const PyRef& module) {
    return PyRef::steal(PyObject_GetAttrString(module.get(), "__spec__"));
  }
};

TEST_F(ModuleDefinitions, WhatTheMainInterpreterHasImportedIsKnown) {
  for (const char* name : {"_json", "_socket", "_queue", "math"}) {
    const PyRef module = imported(name);
    const PyRef another = PyRef::steal(create_of_definition(spec_of(module).get()));
    ASSERT_TRUE(another) << name;
    EXPECT_NE(another.get(), module.get());
    EXPECT_EQ(PyModule_GetDef(another.get()), PyModule_GetDef(module.get()));
  }
}

TEST_F(ModuleDefinitions, AnotherNameOrFileIsNotKnown) {
  const PyRef module = imported("_json");
  const PyRef name = PyRef::steal(PyUnicode_FromString("_json"));
  for (const PyRef& each : {spec("_json", "/another/_json.so"), spec("another", "built-in")}) {
    EXPECT_EQ(create_of_definition(each.get()), nullptr);
    EXPECT_EQ(PyErr_Occurred(), nullptr);
  }
}

TEST_F(ModuleDefinitions, WhatHasNoNameOrFileIsNotKnown) {
  const PyRef none = PyRef::borrow(Py_None);
  EXPECT_EQ(create_of_definition(none.get()), nullptr);
  EXPECT_EQ(PyErr_Occurred(), nullptr);
  note_definition(none.get(), imported("_json").get());
  EXPECT_EQ(PyErr_Occurred(), nullptr);
}

TEST_F(ModuleDefinitions, WhatWasCreatedOnceIsKnown) {
  const PyRef its = spec("fresh", "/fresh.so");
  EXPECT_EQ(create_of_definition(its.get()), nullptr);
  note_definition(its.get(), imported("_json").get());
  const PyRef module = PyRef::steal(create_of_definition(its.get()));
  ASSERT_TRUE(module);
  EXPECT_STREQ(PyModule_GetName(module.get()), "fresh");
}

// CPython has to see each import of these, since they have one state in the process.
TEST_F(ModuleDefinitions, WhatInitializesInOnePhaseIsNeverKnown) {
  static PyModuleDef definition = {.m_base = PyModuleDef_HEAD_INIT, .m_name = "single"};
  const PyRef module = PyRef::steal(PyModule_Create(&definition));
  ASSERT_TRUE(module);
  const PyRef its = spec("single", "/single.so");
  note_definition(its.get(), module.get());
  note_definition(its.get(), imported("json").get());  // this one is written in Python
  EXPECT_EQ(create_of_definition(its.get()), nullptr);
}

}  // namespace
}  // namespace hookline
