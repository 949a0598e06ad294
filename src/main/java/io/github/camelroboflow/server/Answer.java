package io.github.camelroboflow.server;

import io.github.camelroboflow.inference.Inference;
import java.util.Objects;

/** What became of one image. */
public sealed interface Answer {

    /** What was found; sent as JSON, or drawn on the image where the request asks for that. */
    record Result(Inference inference) implements Answer {

        public Result {
            Objects.requireNonNull(inference, "inference");
        }
    }

    /** A picture that is sent as it is, whatever the request asks for. The array is not copied: nobody changes it any more. */
    record Picture(byte[] jpeg) implements Answer {

        public Picture {
            Objects.requireNonNull(jpeg, "jpeg");
        }
    }
}
