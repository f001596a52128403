#include <gtest/gtest.h>

#include <cstdint>
#include <cstdlib>
#include <string>

#include "marshal/python.h"
#include "python_fixture.h"
#include "random_values.h"
#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

constexpr int kValues = 10'000;
constexpr int kDepth = 8;

// Returns the same number in every run, unless HOOKLINE_SEED is set to another one, such as that
// which a failure has printed.
std::uint64_t first_seed() {
  const char* seed = std::getenv("HOOKLINE_SEED");
  return seed != nullptr ? std::strtoull(seed, nullptr, 10) : 20;
}

using Property = PythonTest;

TEST_F(Property, RandomValuesComeBackFromPython) {
  for (int i = 0; i < kValues; ++i) {
    const std::uint64_t seed = first_seed() + static_cast<std::uint64_t>(i);
    const Value value = RandomValues(seed).value(kDepth);
    const Result<PyRef> object = to_python(value, "value");
    ASSERT_TRUE(object) << object.error().to_string() << " with HOOKLINE_SEED=" << seed;
    const Result<Value> back = from_python(object->get(), "value");
    ASSERT_TRUE(back) << back.error().to_string() << " with HOOKLINE_SEED=" << seed;
    ASSERT_EQ(*back, value) << "with HOOKLINE_SEED=" << seed;
  }
}

// This makes objects with Python code, independently of hookline's conversions, and compares their
// types, order and bits.
constexpr const char* kPythonSource = R"(
import random
import struct

def scalar(r):
    return r.choice([
        lambda: None, lambda: True, lambda: False,
        lambda: r.randrange(-300, 300), lambda: r.randrange(-2**63, 2**63),
        lambda: r.randrange(-2**200, 2**200), lambda: 2**63 - r.randrange(3),
        lambda: -2**63 + 1 - r.randrange(3),
        lambda: struct.unpack('d', r.randbytes(8))[0],
        lambda: float('inf'), lambda: -0.0, lambda: r.random(),
        lambda: r.randbytes(r.randrange(6)),
        lambda: ''.join(chr(r.randrange(128)) for _ in range(r.randrange(6))),
        lambda: ''.join(chr(r.randrange(0x110000)) for _ in range(r.randrange(6))),
        lambda: r.choice(['\ud800', '\udc80x', '\ud83d\ude00', '\U0001f600', 'a\0b', '']),
    ])()

def hashable(r, depth):
    kind = r.randrange(6) if depth else 2
    if kind == 0:
        return tuple(hashable(r, depth - 1) for _ in range(r.randrange(4)))
    if kind == 1:
        return frozenset(hashable(r, depth - 1) for _ in range(r.randrange(4)))
    return scalar(r)

def value(r, depth, deep):
    if not depth or not deep and r.randrange(2):
        return scalar(r)
    items = [value(r, depth - 1, False) for _ in range(r.randrange(4))]
    items.insert(r.randrange(len(items) + 1), value(r, depth - 1, deep))
    kind = r.randrange(5)
    if kind == 0:
        return items
    if kind == 1:
        return tuple(items)
    if kind == 2:
        return {hashable(r, depth - 1): item for item in items}
    if kind == 3 and not deep:
        return {hashable(r, depth - 1) for _ in range(r.randrange(5))}
    if kind == 4 and not deep:
        return frozenset(hashable(r, depth - 1) for _ in range(r.randrange(5)))
    return items

def make(seed):
    r = random.Random(seed)
    return value(r, 8, r.randrange(2))

def same(a, b):
    if type(a) is not type(b):
        return False
    if type(a) is float:
        return a != a and b != b or struct.pack('d', a) == struct.pack('d', b)
    if type(a) in (list, tuple):
        return len(a) == len(b) and all(map(same, a, b))
    if type(a) is dict:
        return len(a) == len(b) and all(map(same, a, b)) and all(map(same, a.values(), b.values()))
    if type(a) in (set, frozenset):
        left = list(b)
        for item in a:
            for i, other in enumerate(left):
                if same(item, other):
                    del left[i]
                    break
            else:
                return False
        return not left
    return a == b

result = make, same
)";

TEST_F(Property, RandomObjectsComeBackFromCpp) {
  const PyRef functions = exec(kPythonSource);
  ASSERT_TRUE(functions);
  PyObject* make = PyTuple_GET_ITEM(functions.get(), 0);
  PyObject* same = PyTuple_GET_ITEM(functions.get(), 1);
  for (int i = 0; i < kValues; ++i) {
    const std::uint64_t seed = first_seed() + static_cast<std::uint64_t>(i);
    const PyRef number = PyRef::steal(PyLong_FromUnsignedLongLong(seed));
    const PyRef object = PyRef::steal(PyObject_CallOneArg(make, number.get()));
    ASSERT_TRUE(object) << "with HOOKLINE_SEED=" << seed;
    const Result<Value> value = from_python(object.get(), "value");
    ASSERT_TRUE(value) << value.error().to_string() << " with HOOKLINE_SEED=" << seed;
    const Result<PyRef> back = to_python(*value, "value");
    ASSERT_TRUE(back) << back.error().to_string() << " with HOOKLINE_SEED=" << seed;
    const PyRef equal =
        PyRef::steal(PyObject_CallFunctionObjArgs(same, object.get(), back->get(), nullptr));
    ASSERT_EQ(equal.get(), Py_True) << repr(object.get()) << " came back as " << repr(back->get())
                                    << " with HOOKLINE_SEED=" << seed;
  }
}

}  // namespace
}  // namespace hookline
