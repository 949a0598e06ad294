package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.fixture.HostedTestBase;

/** Tests with a route to {@code roboflow-upload} and a platform that it leads to. */
abstract class UploadTestBase extends HostedTestBase {

    @Override
    protected String uri(String options) {
        return "roboflow-upload:my-project?" + withCloud(options);
    }
}
