package io.github.camelroboflow.inference;

/** The model can't be used: a file of its package is missing, broken, or contradicts another. Names the file and the cure. */
public class ModelPackageException extends RoboflowException {

    public ModelPackageException(String message) {
        super(message);
    }

    public ModelPackageException(String message, Throwable cause) {
        super(message, cause);
    }
}
