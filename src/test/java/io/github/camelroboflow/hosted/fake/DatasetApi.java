package io.github.camelroboflow.hosted.fake;

import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The API for uploads of images and annotations. */
final class DatasetApi {

    private final Predicate<String> isProject;
    private final Map<String, String> ids = new ConcurrentHashMap<>();
    private final Set<String> annotated = ConcurrentHashMap.newKeySet();

    DatasetApi(Predicate<String> isProject) {
        this.isProject = isProject;
    }

    Reply answer(FakeRequest request) throws RequestRejectedException {
        String[] parts = request.path().split("/");
        if (parts.length < 4 || !request.method().equals("POST")) {
            return error(404, "Unsupported request.");
        }
        String project = parts[2];
        if (!isProject.test(project) && !FakeApi.MODEL.startsWith(project + "/")) {
            return error(404, "This project does not exist.");
        }
        if (parts[3].equals("upload") && parts.length == 4) {
            return upload(project, request);
        }
        return parts[3].equals("annotate") && parts.length == 5 ? annotate(project, parts[4], request)
                : error(404, "Unsupported request.");
    }

    /** Reports equal bytes as a duplicate, with their id. */
    private Reply upload(String project, FakeRequest request) throws RequestRejectedException {
        String address = request.query().get("image");
        String content = project + " " + (address == null ? Arrays.hashCode(RequestImage.of(request)) : address);
        String id = "image-" + (ids.size() + 1);
        String known = ids.putIfAbsent(content, id);
        return known == null ? Reply.json(200, Json.object().put("success", true).put("id", id).toString())
                : Reply.json(200, Json.object().put("duplicate", true).put("id", known).toString());
    }

    private Reply annotate(String project, String id, FakeRequest request) {
        if (ids.entrySet().stream().noneMatch(e -> e.getValue().equals(id) && e.getKey().startsWith(project + " "))) {
            return error(404, "This image does not exist.");
        }
        if (request.length() == 0) {
            return error(400, "The annotation is empty.");
        }
        boolean first = annotated.add(id);
        return first || "true".equals(request.query().get("overwrite")) ? Reply.json(200, "{\"success\":true}")
                : error(409, "Image was already annotated.");
    }

    /** Returns an error in the form of {@code api.roboflow.com}. */
    static Reply error(int status, String text) {
        return Reply.json(status, Json.object().put("error", text).put("hint", "See the documentation.").toString());
    }
}
