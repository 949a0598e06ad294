package io.github.camelroboflow.hosted;

import io.github.camelroboflow.inference.ImageSource;
import java.io.IOException;
import java.util.List;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;

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

    /** The images that go with it. */
    default List<ImageSource> images() {
        return List.of();
    }

    /** Whether the key goes with it. */
    default boolean carriesKey() {
        return true;
    }

    /**
     * Takes an answer in. May be called again, after a try that failed.
     *
     * @throws IOException if the connection breaks
     */
    default Answer receive(ClassicHttpResponse response) throws IOException {
        return Answer.read(response, longestAnswer());
    }

    /** The most bytes that an answer may have. */
    default int longestAnswer() {
        return Answer.MAX_BODY;
    }

    /** Whether the answer is one that {@link #read} understands; any other is a refusal. */
    default boolean accepts(Answer answer) {
        return answer.isSuccess();
    }

    /** The option that holds the server's address, for advice. */
    default String addressOption() {
        return "apiUrl";
    }

    /** The option that holds how long the call may take, for messages. */
    default String timeoutOption() {
        return "requestTimeout";
    }

    /** What to do when the image is too large for the server. */
    default String whenTooLarge() {
        return "send smaller images";
    }

    /**
     * What an accepted answer says.
     *
     * @throws io.github.camelroboflow.inference.RoboflowException if it says nothing of use
     */
    T read(Answer answer);
}
