package io.github.camelroboflow.hosted;

import java.io.IOException;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/** One thing to ask a server, perhaps several times. */
interface Call<T> {

    /** What the request is about, for messages: {@code image 'a.jpg' for my-project/3}. */
    String subject();

    /** What a refusal is about: a model, a workflow, a project. */
    String target();

    /**
     * A new request, without the key.
     *
     * @throws io.github.camelroboflow.inference.InvalidImageException if the image can't be sent
     */
    HttpUriRequestBase request() throws IOException;

    /**
     * What a successful answer says.
     *
     * @throws io.github.camelroboflow.inference.RoboflowException if it says nothing of use
     */
    T read(Answer answer);
}
