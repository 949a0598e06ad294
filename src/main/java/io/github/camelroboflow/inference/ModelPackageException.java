package io.github.camelroboflow.inference;

/**
 * A model that can't be used because a file of its package is missing, broken, or contradicts another. The message
 * names the file and the next step.
 */
public class ModelPackageException extends RoboflowException {

    public ModelPackageException(String message) {
        super(message);
    }

    public ModelPackageException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Thrown if there are models, but none of that name: the name is wrong. */
    public static final class UnknownPackageException extends ModelPackageException {

        public UnknownPackageException(String message) {
            super(message);
        }
    }
}
