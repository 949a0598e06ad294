package io.github.camelroboflow.hosted.workflow;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.camelroboflow.hosted.http.ApiCall;
import io.github.camelroboflow.hosted.http.ApiCall.PlatformCalls;
import io.github.camelroboflow.hosted.http.ApiResponse;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.http.HostedClient;
import io.github.camelroboflow.hosted.http.HostedClient.HostedService;
import io.github.camelroboflow.hosted.http.HostedSettings;
import io.github.camelroboflow.hosted.workflow.Workflow.WorkflowInputs;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.InferenceJson;
import io.github.camelroboflow.inference.RoboflowUnavailableException;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.support.Json;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.hc.client5.http.classic.methods.HttpPost;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.net.URIBuilder;

/** Runs workflows. All failures are {@link io.github.camelroboflow.inference.RoboflowException}s. */
public final class WorkflowService implements HostedService {

    private final HostedSettings settings;
    private final HostedClient client;

    public WorkflowService(HostedSettings settings) {
        this.settings = settings;
        this.client = new HostedClient(settings);
    }

    @Override
    public void addPermits(int requests) {
        client.addPermits(requests);
    }

    /**
     * Runs a workflow on one image, or on a batch in one request. Workflows may have side effects, such as a message
     * that they send: a request is repeated after a transient failure anyway, unless the settings allow no retries.
     *
     * @param deadline the deadline for all attempts
     * @return the outputs for each image, in order
     */
    public CompletableFuture<List<WorkflowOutputs>> run(Workflow workflow, WorkflowInputs inputs, Deadline deadline) {
        return client.send(new WorkflowCall(settings, workflow, inputs), deadline);
    }

    @Override
    public void close() {
        client.close();
    }

    /**
     * Runs a workflow on images with {@code POST /{workspace}/workflows/{id}}, or with {@code POST /workflows/run} and
     * its definition.
     */
    static final class WorkflowCall implements ApiCall<List<WorkflowOutputs>> {

        private final HostedSettings settings;
        private final Workflow workflow;
        private final WorkflowInputs inputs;

        WorkflowCall(HostedSettings settings, Workflow workflow, WorkflowInputs inputs) {
            this.settings = settings;
            this.workflow = workflow;
            this.inputs = inputs;
        }

        @Override
        public String subject() {
            String images = inputs.images().size() == 1 ? "image '" + inputs.images().get(0).name() + "'"
                    : inputs.images().size() + " images";
            return images + " for " + target();
        }

        @Override
        public String target() {
            return workflow instanceof Workflow.Inline ? "the inline workflow" : "the workflow " + workflow.name();
        }

        @Override
        public List<ImageSource> images() {
            return inputs.images();
        }

        @Override
        public HttpUriRequestBase request() throws IOException {
            ObjectNode body = Json.MAPPER.createObjectNode();
            ObjectNode values = body.putObject("inputs");
            inputs.parameters().forEach((name, value) -> values.set(name, Json.MAPPER.valueToTree(value)));
            if (inputs.images().size() == 1) {
                values.set(inputs.imageName(), image(inputs.images().get(0)));
            } else {
                for (ImageSource image : inputs.images()) {
                    values.withArray(inputs.imageName()).add(image(image));
                }
            }
            if (!inputs.excludedFields().isEmpty()) {
                inputs.excludedFields().forEach(body.putArray("excluded_fields")::add);
            }
            HttpPost request = new HttpPost(PlatformCalls.uri(address(body)));
            request.setEntity(new ByteArrayEntity(Json.MAPPER.writeValueAsBytes(body), ContentType.APPLICATION_JSON));
            return request;
        }

        private URIBuilder address(ObjectNode body) {
            if (workflow instanceof Workflow.Saved saved) {
                body.put("use_cache", saved.useCache());
                if (!saved.version().isEmpty()) {
                    body.put("workflow_version_id", saved.version());
                }
                return PlatformCalls.address(settings.host(), saved.workspace(), "workflows", saved.id());
            }
            body.set("specification", ((Workflow.Inline) workflow).specification());
            return PlatformCalls.address(settings.host(), "workflows", "run");
        }

        private static ObjectNode image(ImageSource image) throws IOException {
            ObjectNode json = Json.MAPPER.createObjectNode();
            return image instanceof ImageSource.OfUrl url ? json.put("type", "url").put("value", url.url().toString())
                    : json.put("type", "base64").put("value", image.bytes());
        }

        @Override
        public List<WorkflowOutputs> read(ApiResponse answer) {
            List<WorkflowOutputs> outputs;
            try {
                outputs = InferenceJson.readWorkflow(answer.body());
            } catch (IllegalArgumentException e) {
                throw unexpectedResponse(answer, "no outputs of a workflow");
            }
            if (outputs.size() != inputs.images().size()) {
                throw unexpectedResponse(answer, "outputs for " + outputs.size() + " of " + inputs.images().size() + " images");
            }
            return outputs;
        }

        /** Returns the exception for an invalid response, without the parser's message, which quotes the response. */
        private RoboflowUnavailableException unexpectedResponse(ApiResponse answer, String what) {
            return new RoboflowUnavailableException(
                    answer.unexpectedResponse(settings.host(), target(), "holds " + what, addressOption()));
        }
    }
}
