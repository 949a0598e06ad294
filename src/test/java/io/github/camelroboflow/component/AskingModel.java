package io.github.camelroboflow.component;

import io.github.camelroboflow.hosted.FakeRequest;
import java.util.Map;

/** Tests with a model in the cloud. */
abstract class AskingModel extends Asking {

    @Override
    protected String uri(String options) {
        return "roboflow:my-project/3?" + withCloud(options);
    }

    /** What the cloud was asked for the photo. */
    FakeRequest request(String options) {
        return request(options, Map.of());
    }
}
