package io.github.camelroboflow.embedded;

import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.InferenceOptions;
import io.github.camelroboflow.inference.Task;
import java.util.List;

/** What a model tells of an object besides its box. Immutable, used by many threads. */
interface BoxDetails {

    /** Nothing. */
    BoxDetails NONE = new BoxDetails() {
        @Override
        public Task task() {
            return Task.OBJECT_DETECTION;
        }

        @Override
        public int extras() {
            return 0;
        }

        @Override
        public Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options) {
            return (detection, candidates, index, extras) -> detection;
        }
    };

    Task task();

    /** How many numbers the net gives for it with each box. */
    int extras();

    /** For the objects of one image. */
    Reader reader(List<FloatTensor> outputs, Placement placement, InferenceOptions options);

    /** Completes the detections of one image, one after the other. */
    interface Reader {

        /**
         * @param detection  has its box and class
         * @param candidates in input pixels
         * @param index      of this detection among them
         * @param extras     the numbers that the net gave with the box
         */
        Detection complete(Detection detection, Candidates candidates, int index, float[] extras);
    }
}
