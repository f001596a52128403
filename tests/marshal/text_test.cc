#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "hookline/value.h"
#include "marshal/python.h"
#include "marshal/python_text.h"
#include "marshal/utf8.h"
#include "python_fixture.h"
#include "value_printer.h"

namespace hookline {

using namespace detail;

namespace {

class Text : public PythonTest {
 protected:
  // Returns what a script sees of `bytes`, as ascii(), and checks that they come back as they were.
  static std::string through(std::string_view bytes, const MarshalOptions& options) {
    const Result<PyRef> str = to_python(bytes, "args[0]", options);
    EXPECT_TRUE(str) << str.error().to_string();
    if (!str) {
      return {};
    }
    const Result<Value> back = from_python(str->get(), "result", options);
    EXPECT_TRUE(back) << back.error().to_string();
    EXPECT_EQ(back, Result<Value>(bytes));
    return repr(str->get());
  }
};

class HubText : public Text, public testing::WithParamInterface<const char*> {};

TEST_P(HubText, KeepsEveryByte) {
  const TextCodec codec(GetParam());
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  std::string all;
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    through(std::string(1, c), options);
    through(std::string("<nick> ") + c + " text", options);
    through(std::string("\xe2\x82") + c, options);
    all += c;
  }
  through(all, options);
  through("", options);
}

TEST_P(HubText, KeepsEveryPairOfBytes) {
  const TextCodec codec(GetParam());
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  for (int first = 0x80; first < 256; ++first) {
    for (int second = 0; second < 256; second += 5) {
      through(std::string{static_cast<char>(first), static_cast<char>(second)}, options);
    }
  }
}

TEST_P(HubText, KeepsBytesInKeysAndNestedValues) {
  const TextCodec codec(GetParam());
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  const Value value =
      Dict{{{"\x81\xff", List{"\x98", Tuple{{"\xc3"}}}}, {Tuple{{"\x90"}}, Set{{"\x8d"}}}}};
  const Result<PyRef> object = to_python(value, "args[0]", options);
  ASSERT_TRUE(object);
  EXPECT_EQ(from_python(object->get(), "result", options), Result<Value>(value));
}

INSTANTIATE_TEST_SUITE_P(Encodings, HubText,
                         testing::Values("utf-8", "UTF-8", "utf8", "cp1251", "cp1252", "latin-1",
                                         "koi8-r", "ascii", "windows-1251", "gbk"));

TEST_F(Text, UsesTheEncodingOfAHub) {
  const TextCodec cyrillic{"cp1251"};
  const TextCodec western{"cp1252"};
  EXPECT_EQ(through("\xcf\xf0", {.text = TextMode::kHost, .codec = &cyrillic}),
            R"('\u041f\u0440')");
  EXPECT_EQ(through("\x80\x81", {.text = TextMode::kHost, .codec = &western}), R"('\u20ac\udc81')");
  EXPECT_EQ(through("\xc3\xa9\xe9", {.text = TextMode::kHost}), R"('\xe9\udce9')");
  EXPECT_EQ(through("\xed\xa0\x80", {.text = TextMode::kHost}), R"('\udced\udca0\udc80')");
}

TEST_F(Text, RefusesWhatAHubCannotEncode) {
  const TextCodec codec{"cp1251"};
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  const PyRef object = eval("{'nick': ['\\u4e2d']}");
  const Result<Value> value = from_python(object.get(), "result", options);
  ASSERT_FALSE(value);
  EXPECT_EQ(value.error().code, ErrorCode::kEncodingError);
  EXPECT_EQ(value.error().message,
            "result.nick[0]: 'charmap' codec can't encode character '\\u4e2d' in position 0: "
            "character maps to <undefined>");

  const Result<Value> surrogate =
      from_python(eval("'\\ud800'").get(), "result", {.text = TextMode::kHost});
  ASSERT_FALSE(surrogate);
  EXPECT_EQ(surrogate.error().code, ErrorCode::kEncodingError);
}

TEST_F(Text, NeedsACodecThatExists) {
  const TextCodec codec{"klingon"};
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  const Result<PyRef> object = to_python("text", "args[0]", options);
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().code, ErrorCode::kEncodingError);
  EXPECT_EQ(object.error().message, "args[0]: unknown encoding: klingon");
  EXPECT_EQ(from_python(eval("'text'").get(), "result", options).error().message,
            "result: unknown encoding: klingon");
}

TEST_F(Text, IgnoresTheHubsEncodingWhereItIsExact) {
  const TextCodec codec{"cp1251"};
  const MarshalOptions options{.text = TextMode::kExact, .codec = &codec};
  EXPECT_EQ(through("\xc3\xa9\xe4\xb8\xad", options), R"('\xe9\u4e2d')");
}

TEST_F(Text, KeepsEveryCodePoint) {
  constexpr char32_t kStep = 0x400;
  for (char32_t begin = 0; begin <= 0x10FFFF; begin += kStep) {
    std::string text;
    for (char32_t code_point = begin; code_point < begin + kStep; ++code_point) {
      append_code_point(text, code_point);
    }
    const Result<PyRef> str = to_python(text, "args[0]");
    ASSERT_TRUE(str) << static_cast<unsigned>(begin);
    ASSERT_EQ(PyUnicode_GET_LENGTH(str->get()), static_cast<Py_ssize_t>(kStep));
    ASSERT_EQ(PyUnicode_READ_CHAR(str->get(), 5), begin + 5);
    ASSERT_EQ(from_python(str->get(), "result"), Result<Value>(text))
        << static_cast<unsigned>(begin);
  }
}

// A codec in Python lets the script's threads run while a container is being read.
TEST_F(Text, SurvivesAContainerThatChangesMeanwhile) {
  const TextCodec codec{"meddling"};
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  const PyRef emptied = exec(R"(
import codecs

def encode(text, errors):
    for container in result:
        container.clear()
    return text.encode('ascii'), len(text)

def search(name):
    return codecs.CodecInfo(encode, codecs.ascii_decode) if name == 'meddling' else None

codecs.register(search)
result = ['a', 'b', 'c'], {'k': 'v', 'l': 'w'}, {'x'}
)");
  PyObject* list = PyTuple_GET_ITEM(emptied.get(), 0);
  PyObject* dict = PyTuple_GET_ITEM(emptied.get(), 1);
  PyObject* set = PyTuple_GET_ITEM(emptied.get(), 2);
  EXPECT_EQ(from_python(list, "result", options), Result<Value>(List{"a"}));
  PyDict_SetItemString(dict, "k", Py_None);
  EXPECT_EQ(from_python(dict, "result", options), Result<Value>(Dict{{{"k", nullptr}}}));
  PySet_Add(set, eval("'y'").get());
  EXPECT_EQ(from_python(set, "result", options).error().message,
            "result: Set changed size during iteration");
}

// Such a codec may also add to the dict, which is still read as it was before.
TEST_F(Text, CopiesADictAsItWasBeforeItsCodecChangedIt) {
  const TextCodec codec{"adding"};
  const MarshalOptions options{.text = TextMode::kHost, .codec = &codec};
  const PyRef dict = exec(R"(
import codecs

def encode(text, errors):
    for i in range(1000):
        result[i] = i
    return text.encode('ascii'), len(text)

def search(name):
    return codecs.CodecInfo(encode, codecs.ascii_decode) if name == 'adding' else None

codecs.register(search)
result = {'k': 'v', 'l': 'w'}
)");
  EXPECT_EQ(from_python(dict.get(), "result", options),
            Result<Value>(Dict{{{"k", "v"}, {"l", "w"}}}));
  EXPECT_EQ(PyDict_Size(dict.get()), 1002);
}

// CPython shares these, and compares some of them by identity.
TEST_F(Text, AnAsciiLetterIsTheObjectThatPythonShares) {
  EXPECT_EQ(decode_text("x", {}).get(), decode_text("x", {}).get());
  EXPECT_EQ(decode_text("", {}).get(), decode_text("", {}).get());
}

}  // namespace
}  // namespace hookline
