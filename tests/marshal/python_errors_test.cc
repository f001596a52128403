#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>

#include "marshal/number_text.h"
#include "marshal/python.h"
#include "python_fixture.h"
#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

// Returns CPython's own words for an object of type `object` that cannot be a key because of a part
// of type `part`, which may be the object itself. Since 3.14 they say as which `role` it was meant.
std::string unhashable(std::string_view part, [[maybe_unused]] std::string_view object,
                       [[maybe_unused]] std::string_view role) {
  const std::string why = "unhashable type: '" + std::string(part) + "'";
#if PY_VERSION_HEX >= 0x030E0000
  return "cannot use '" + std::string(object) + "' as a " + std::string(role) + " (" + why + ")";
#else
  return why;
#endif
}

class ConversionError : public PythonTest {
 protected:
  static void expect_error(const Error& error, ErrorCode code, std::string_view message) {
    EXPECT_EQ(error_name(error.code), error_name(code));
    EXPECT_EQ(error.message, message);
  }

  static void expect_from_error(std::string_view source, ErrorCode code, std::string_view message) {
    const PyRef object = exec(source);
    const Result<Value> value = from_python(object.get(), "result");
    ASSERT_FALSE(value) << source << value->repr();
    expect_error(value.error(), code, message);
  }

  static void expect_to_error(const Value& value, ErrorCode code, std::string_view message,
                              const MarshalOptions& options = {}) {
    const Result<PyRef> object = to_python(value, "args[1]", options);
    ASSERT_FALSE(object) << value.repr();
    expect_error(object.error(), code, message);
  }
};

TEST_F(ConversionError, NamesAnUnsupportedType) {
  expect_from_error("result = object()", ErrorCode::kUnsupportedType,
                    "result: an object of type 'object' cannot leave its interpreter");
  expect_from_error("class User: pass\nresult = {'users': [1, (2, User())]}",
                    ErrorCode::kUnsupportedType,
                    "result.users[1][1]: an object of type 'testscript.User' cannot leave its "
                    "interpreter");
  expect_from_error("result = [1, 2j]", ErrorCode::kUnsupportedType,
                    "result[1]: an object of type 'complex' cannot leave its interpreter");
  expect_from_error("result = {1: range(3)}", ErrorCode::kUnsupportedType,
                    "result[1]: an object of type 'range' cannot leave its interpreter");
  expect_from_error("result = [iter('ab')]", ErrorCode::kUnsupportedType,
                    "result[0]: an object of type 'str_ascii_iterator' cannot leave its "
                    "interpreter: make it a list, or read it with stream()");
}

TEST_F(ConversionError, NamesKeysAsPythonWouldWriteThem) {
  expect_from_error("result = {'two words': {b'k': [object()]}}", ErrorCode::kUnsupportedType,
                    "result['two words'][b'k'][0]: an object of type 'object' cannot leave its "
                    "interpreter");
  expect_from_error("result = {1: 2, object: 3}", ErrorCode::kUnsupportedType,
                    "result.keys()[1]: an object of type 'type' cannot leave its interpreter");
  expect_from_error("result = [{(1, object)}]", ErrorCode::kUnsupportedType,
                    "result[0][0][1]: an object of type 'type' cannot leave its interpreter");
}

TEST_F(ConversionError, FindsCycles) {
  expect_from_error("result = []\nresult.append(result)", ErrorCode::kCyclicValue,
                    "result[0]: the list contains itself");
  expect_from_error("result = {'a': [1, {}]}\nresult['a'][1]['me'] = result['a']",
                    ErrorCode::kCyclicValue, "result.a[1].me: the list contains itself");
  expect_from_error("inner = []\nresult = (inner,)\ninner.append(result)", ErrorCode::kCyclicValue,
                    "result[0][0]: the tuple contains itself");
  expect_from_error("result = {}\nresult[1] = result", ErrorCode::kCyclicValue,
                    "result[1]: the dict contains itself");
}

TEST_F(ConversionError, LimitsDepth) {
  EXPECT_TRUE(from_python(eval("eval('[' * 64 + ']' * 64)").get(), "result"));
  const Result<Value> deep = from_python(eval("eval('[' * 65 + ']' * 65)").get(), "x");
  ASSERT_FALSE(deep);
  std::string path = "x";
  for (int i = 0; i < 64; ++i) {
    path += "[0]";
  }
  expect_error(deep.error(), ErrorCode::kValueTooDeep, path + ": nested deeper than 64 levels");

  const MarshalOptions shallow{.max_depth = 1};
  for (const char* nested : {"[()]", "([],)", "{1: {}}", "{frozenset()}", "frozenset([()])"}) {
    const Result<Value> value = from_python(eval(nested).get(), "result", shallow);
    ASSERT_FALSE(value) << nested;
    EXPECT_EQ(value.error().code, ErrorCode::kValueTooDeep);
  }
  EXPECT_TRUE(from_python(eval("[1, 'x', None]").get(), "result", shallow));
}

TEST_F(ConversionError, LimitsDepthOnTheWayIn) {
  const MarshalOptions shallow{.max_depth = 2};
  EXPECT_TRUE(to_python(List{Value(List{1})}, "args[1]", shallow));
  expect_to_error(List{0, Tuple{{Value(List{})}}}, ErrorCode::kValueTooDeep,
                  "args[1][1][0]: nested deeper than 2 levels", shallow);
  expect_to_error(Dict{{{"k", Set{{FrozenSet{}}}}}}, ErrorCode::kValueTooDeep,
                  "args[1].k[0]: nested deeper than 2 levels", shallow);
  expect_to_error(Tuple{{Tuple{{Dict{}}}}}, ErrorCode::kValueTooDeep,
                  "args[1][0][0]: nested deeper than 2 levels", shallow);

  Value deepest = List{};
  for (int i = 1; i < 64; ++i) {
    deepest = List{std::move(deepest)};
  }
  const Result<PyRef> object = to_python(deepest, "args[1]");
  ASSERT_TRUE(object);
  EXPECT_EQ(*from_python(object->get(), "result"), deepest);
  EXPECT_EQ(to_python(List{deepest}, "args[1]").error().code, ErrorCode::kValueTooDeep);
}

TEST_F(ConversionError, RefusesWhatPythonCannotHash) {
  expect_to_error(Set{{1, List{}}}, ErrorCode::kUnsupportedType,
                  "args[1][1]: " + unhashable("list", "list", "set element"));
  expect_to_error(FrozenSet{{Tuple{{Set{}}}}}, ErrorCode::kUnsupportedType,
                  "args[1][0]: " + unhashable("set", "tuple", "set element"));
  expect_to_error(List{Dict{{{"good", 1}, {Dict{}, 2}}}}, ErrorCode::kUnsupportedType,
                  "args[1][0].keys()[1]: " + unhashable("dict", "dict", "dict key"));
}

TEST_F(ConversionError, RefusesToLoseItemsThatAreEqualInPython) {
  expect_to_error(Set{{1, true}}, ErrorCode::kBadArguments,
                  "args[1]: items of the set are equal to each other in Python");
  expect_to_error(Dict{{{"d", Dict{{{1, "a"}, {1.0, "b"}}}}}}, ErrorCode::kBadArguments,
                  "args[1].d: keys of the dict are equal to each other in Python");
}

TEST_F(ConversionError, RefusesInvalidBigInts) {
  expect_to_error(List{BigInt{"12x"}}, ErrorCode::kBadArguments,
                  "args[1][0]: a big int has to be decimal digits");
  expect_to_error(BigInt{std::string(kMaxBigIntDigits + 1, '1')}, ErrorCode::kUnsupportedType,
                  "args[1]: an int of more than 100000 digits");
  expect_from_error("result = [1 << 10_000_000]", ErrorCode::kUnsupportedType,
                    "result[0]: an int of more than 100000 digits");
  expect_from_error("result = 10 ** 100_000", ErrorCode::kUnsupportedType,
                    "result: an int of more than 100000 digits");
}

TEST_F(ConversionError, RefusesInvalidText) {
  expect_to_error(Dict{{{"name", "caf\xe9"}}}, ErrorCode::kEncodingError,
                  "args[1].name: 'utf-8' codec can't decode byte 0xe9 in position 3: unexpected "
                  "end of data");
  expect_to_error(Dict{{{"caf\xe9", 1}}}, ErrorCode::kEncodingError,
                  "args[1].keys()[0]: 'utf-8' codec can't decode byte 0xe9 in position 3: "
                  "unexpected end of data");
}

// Stands for `interp`, which knows the objects of handles.
class OneHandle final : public HandleOpener {
 public:
  OneHandle(Handle handle, PyRef object) : handle_(std::move(handle)), object_(std::move(object)) {}
  PyRef open(const Handle& handle) override { return handle == handle_ ? object_ : PyRef(); }

 private:
  Handle handle_;
  PyRef object_;
};

TEST_F(ConversionError, OpensHandlesOnlyWhereTheyBelong) {
  const Handle ours(std::make_shared<int>(1));
  const Handle foreign(std::make_shared<int>(2));
  const PyRef object = eval("object()");
  OneHandle opener(ours, object);
  const MarshalOptions options{.handles = &opener};

  const Result<PyRef> opened = to_python(ours, "args[1]", options);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->get(), object.get());
  expect_to_error(List{foreign}, ErrorCode::kUnsupportedType,
                  "args[1][0]: the handle belongs to another interpreter", options);
  expect_to_error(ours, ErrorCode::kUnsupportedType, "args[1]: a handle cannot be opened here");
}

}  // namespace
}  // namespace hookline
