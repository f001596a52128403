// This extension module is written as many still are: it initializes itself in one go, and so
// refuses an interpreter with a GIL of its own.

#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject* answer(PyObject* module, PyObject* unused) {
  (void)module;
  (void)unused;
  return PyLong_FromLong(42);
}

static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, "The answer."},
                                {NULL, NULL, 0, NULL}};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "single_phase", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_single_phase(void);
PyMODINIT_FUNC PyInit_single_phase(void) { return PyModule_Create(&definition); }
