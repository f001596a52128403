// This extension module is written as many still are: it initializes itself in one go, and so
// refuses an interpreter with a GIL of its own.

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <fcntl.h>
#include <unistd.h>

static PyObject* answer(PyObject* module, PyObject* unused) {
  (void)module;
  (void)unused;
  return PyLong_FromLong(42);
}

// Keeps the GIL until it has read all of a file, such as a named pipe that somebody keeps open.
static PyObject* hold(PyObject* module, PyObject* path) {
  (void)module;
  const char* text = PyUnicode_AsUTF8(path);
  const int file = text != NULL ? open(text, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) {
    return text == NULL ? NULL : PyErr_SetFromErrno(PyExc_OSError);
  }
  char bytes[64];
  while (read(file, bytes, sizeof bytes) > 0) {
  }
  close(file);
  Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."},
                                {"hold", hold, METH_O, "Keeps the GIL."},
                                {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "single_phase", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_single_phase(void);
PyMODINIT_FUNC PyInit_single_phase(void) { return PyModule_Create(&definition); }
