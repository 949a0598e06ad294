package io.github.camelroboflow.embedded.session;

/** Tensors for tests of other packages. */
public final class TestTensors {

    private TestTensors() {
    }

    /** Returns a tensor of zeros. */
    public static FloatTensor allocate(String name, long... shape) {
        return FloatTensor.allocate(name, shape);
    }
}
