package io.github.camelroboflow.component.upload;

import io.github.camelroboflow.component.fixture.HostedTestBase;

/** The base of tests with a route to {@code roboflow-upload} and a fake platform behind it. */
abstract class UploadTestBase extends HostedTestBase {

    @Override
    protected String uri(String options) {
        return "roboflow-upload:my-project?" + withCloud(options);
    }
}
