package io.github.camelroboflow.component.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.component.MessageImages;
import io.github.camelroboflow.component.ServiceProducer;
import io.github.camelroboflow.hosted.http.Deadline;
import io.github.camelroboflow.hosted.workflow.Workflow;
import io.github.camelroboflow.hosted.workflow.Workflow.WorkflowInputs;
import io.github.camelroboflow.hosted.workflow.WorkflowService;
import io.github.camelroboflow.inference.ImageSource;
import io.github.camelroboflow.inference.ModelId;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.support.Json;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/** Runs the image or the batch of a message through a workflow. The outputs become the body. */
class WorkflowProducer extends ServiceProducer<WorkflowService> {

    private final WorkflowEndpoint endpoint;

    WorkflowProducer(WorkflowEndpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    @Override
    protected void clearLastResult(Exchange exchange) {
        clearResult(exchange);
    }

    @Override
    protected void handle(Exchange exchange) {
        Map<String, Object> parameters = takeParameters(exchange.getMessage());
        MessageImages found = images(exchange);
        List<ImageSource> images = found.isBatch() ? found.all() : List.of(found.named());
        if (images.isEmpty()) {
            exchange.getMessage().setBody(List.of());
            return;
        }
        WorkflowConfiguration options = endpoint.getConfiguration();
        WorkflowInputs inputs = new WorkflowInputs(options.getImageName(), images, parameters, options.excluded());
        Workflow workflow = endpoint.definition();
        Deadline deadline = deadline();
        List<WorkflowOutputs> outputs = await(service().run(workflow, inputs, deadline), deadline, images.get(0).name(),
                "the workflow " + workflow.name());
        if (found.isBatch()) {
            exchange.getMessage().setBody(List.copyOf(outputs));
            exchange.getMessage().removeHeader(Exchange.CONTENT_TYPE);
        } else {
            setResult(exchange, images.get(0), outputs.get(0), new ModelId(workflow.name()), workflow + "&" + options.getImageName()
                    + "&" + options.excluded() + "&" + new TreeMap<>(parameters));
        }
        found.attachmentNames().ifPresent(names -> exchange.getMessage().setHeader(WorkflowConstants.IMAGE_NAMES, names));
    }

    /** Reads the parameters from the headers. Removes the headers, since they apply to one call only. */
    private static Map<String, Object> takeParameters(Message message) {
        Map<String, Object> parameters = new TreeMap<>();
        Object all = message.removeHeader(WorkflowConstants.PARAMETERS);
        if (all instanceof Map<?, ?> map) {
            map.forEach((name, value) -> parameters.put(String.valueOf(name), json(WorkflowConstants.PARAMETERS, value)));
        } else if (all != null) {
            throw new IllegalArgumentException("the header " + WorkflowConstants.PARAMETERS + " holds a "
                    + all.getClass().getSimpleName() + ", not a map of parameters by name");
        }
        int prefix = WorkflowConstants.PARAMETER.length();
        for (String header : List.copyOf(message.getHeaders().keySet())) {
            if (header.length() > prefix && header.regionMatches(true, 0, WorkflowConstants.PARAMETER, 0, prefix)) {
                parameters.put(header.substring(prefix), json(header, message.removeHeader(header)));
            }
        }
        return parameters;
    }

    private static JsonNode json(String header, Object value) {
        try {
            return Json.MAPPER.valueToTree(value);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the header " + header + " holds a " + value.getClass().getSimpleName()
                    + ", which can't be written as JSON: a workflow takes text, numbers, truth values, lists and maps", e);
        }
    }
}
