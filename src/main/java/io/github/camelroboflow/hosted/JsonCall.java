package io.github.camelroboflow.hosted;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.inference.RoboflowException;
import java.net.URI;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;

/**
 * What the platform knows of a model's files: {@code GET} an object of JSON.
 *
 * @param target  the model's files, for messages
 * @param address without the key
 * @param host    the platform
 */
record JsonCall(String target, URI address, RoboflowHost host) implements Call<ObjectNode> {

    @Override
    public String subject() {
        return target;
    }

    @Override
    public int longestAnswer() {
        return PlatformCalls.LONGEST_ANSWER;
    }

    @Override
    public HttpUriRequestBase request() {
        return new HttpGet(address);
    }

    @Override
    public String addressOption() {
        return "weightsUrl";
    }

    @Override
    public String timeoutOption() {
        return "weightsTimeout";
    }

    @Override
    public ObjectNode read(Answer answer) {
        return answer.object().orElseThrow(() -> new RoboflowException(
                answer.notUnderstood(host, target, "is no JSON object", addressOption())));
    }
}
