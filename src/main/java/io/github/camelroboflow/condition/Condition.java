package io.github.camelroboflow.condition;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.camelroboflow.condition.ConditionException.DamagedResultException;
import io.github.camelroboflow.inference.Classification;
import io.github.camelroboflow.inference.Detection;
import io.github.camelroboflow.inference.Detections;
import io.github.camelroboflow.inference.Inference;
import io.github.camelroboflow.inference.Inference.InferenceInfo;
import io.github.camelroboflow.inference.Inference.LocatedInference;
import io.github.camelroboflow.inference.MultiLabelClassification;
import io.github.camelroboflow.inference.SemanticSegmentation;
import io.github.camelroboflow.inference.Task;
import io.github.camelroboflow.inference.WorkflowOutputs;
import io.github.camelroboflow.inference.geometry.ImageSize;
import io.github.camelroboflow.inference.support.OutOfMemory;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A condition that is true or false for a result, such as {@code person without helmet} or
 * {@code count(car or truck) > 3}. Immutable and thread-safe; parsed once, tested as often as needed.
 */
public final class Condition {

    private static final Pattern VARIABLE = Pattern.compile("\\s*([^\\s()<>=!,'\"]+?):(?=\\s|$)");

    private final String text;
    private final String variable;
    private final Expr expr;
    private final boolean coverage;
    private final boolean relations;
    private final List<NamePattern> names;
    private final List<Double> thresholds;

    private Condition(String text) {
        Matcher matcher = VARIABLE.matcher(text);
        boolean named = matcher.lookingAt();
        TokenStream tokens = new TokenStream(text, named ? matcher.end() : 0);
        MatchParser matches = new MatchParser(tokens);
        Parser parser = new Parser(tokens, matches);
        this.text = text;
        this.variable = named ? matcher.group(1) : null;
        this.expr = parser.parse();
        this.coverage = parser.hasCoverage();
        this.relations = matches.hasRelations();
        this.names = matches.names();
        this.thresholds = matches.thresholds();
    }

    /**
     * Parses a condition.
     *
     * @throws ConditionSyntaxException if the text is no condition; its message gives the column, the expected text and
     *                                  a suggestion
     */
    public static Condition parse(String text) {
        return new Condition(text);
    }

    /**
     * Returns whether the condition is true for a result. All model results among a workflow's outputs are tested
     * together. Relations and coverage need one such output, or several that are all detections in images of one size.
     *
     * @throws ConditionException if the kind of result does not fit: a relation needs boxes, coverage needs boxes or
     *                            masks
     */
    public boolean test(Inference result) {
        Inference inference = result instanceof WorkflowOutputs outputs ? ofWorkflow(outputs) : result;
        if (relations && !(inference instanceof Detections)) {
            throw new ConditionException("The condition '" + text + "' relates boxes, but this result is " + kind(inference)
                    + " and has none: ask for class names and count(…), or use a model that detects objects");
        }
        if (coverage && !(inference instanceof LocatedInference)) {
            throw new ConditionException("The condition '" + text + "' asks for coverage, but this result is " + kind(inference)
                    + " and has no locations: ask for class names, or use a model that detects objects or segments images");
        }
        try {
            return OutOfMemory.retryAlone(() -> expr.test(new EvaluationContext(inference)));
        } catch (OutOfMemoryError e) {
            throw OutOfMemory.failure("test the condition '" + text + "'", e);
        } catch (IllegalArgumentException | IllegalStateException | ArithmeticException e) {
            throw new DamagedResultException("The condition '" + text + "' can't be tested: " + e.getMessage(), e);
        }
    }

    /**
     * Returns the numbers of a result that make this condition true or false, in a sentence for each of its parts.
     *
     * @throws ConditionException as {@link #test} does
     */
    public List<String> explain(Inference result) {
        test(result);
        Facts facts = new Facts(new EvaluationContext(result instanceof WorkflowOutputs outputs ? ofWorkflow(outputs) : result));
        facts.add(expr);
        return facts.lines();
    }

    /**
     * Returns whether a model's results for this task fit the condition: a relation needs boxes, coverage needs boxes
     * or masks.
     */
    public boolean canBeAnsweredBy(Task task) {
        return switch (task) {
            case OBJECT_DETECTION, INSTANCE_SEGMENTATION, KEYPOINT_DETECTION -> true;
            case SEMANTIC_SEGMENTATION -> !relations;
            case CLASSIFICATION, MULTI_LABEL_CLASSIFICATION -> !relations && !coverage;
        };
    }

    private Inference ofWorkflow(WorkflowOutputs outputs) {
        return relations || coverage ? WorkflowResult.ofPlaces(outputs, this) : WorkflowResult.ofClasses(outputs, this);
    }

    /**
     * Returns the variable with the result if the condition names one, such as {@code before} in
     * {@code before: person}.
     */
    public Optional<String> variable() {
        return Optional.ofNullable(variable);
    }

    /**
     * Returns the class names of this condition, as written, that match none of a model's classes, so that it never
     * finds them.
     */
    public List<String> unknownClasses(Collection<String> modelClasses) {
        return names.stream().filter(name -> modelClasses.stream().noneMatch(name::matches)).map(NamePattern::text)
                .distinct().toList();
    }

    /** Returns the confidences of this condition that are lower than the lowest confidence of a result. */
    public List<Double> thresholdsBelow(double lowestConfidence) {
        return thresholds.stream().filter(threshold -> threshold < lowestConfidence).distinct().toList();
    }

    /** Returns the condition as written. */
    @Override
    public String toString() {
        return text;
    }

    private static String kind(Inference inference) {
        if (inference instanceof Classification) {
            return "a classification";
        }
        if (inference instanceof MultiLabelClassification) {
            return "a multi-label classification";
        }
        return inference instanceof SemanticSegmentation ? "a semantic segmentation" : "of another kind";
    }

    /** Combines the outputs of a workflow into one result. */
    static final class WorkflowResult {

        private WorkflowResult() {
        }

        /**
         * Returns the result for conditions on classes, which test all outputs together.
         *
         * @throws ConditionException if there is no result: a condition on such a workflow could never be true
         */
        static Inference ofClasses(WorkflowOutputs outputs, Object condition) {
            // a skipped step leaves null, which means that nothing was found
            if (outputs.inferences().isEmpty() && outputs.values().values().stream().noneMatch(JsonNode::isNull)) {
                throw new ConditionException("The condition '" + condition
                        + "' has no result to look at: none of the workflow's outputs " + outputs.values().keySet()
                        + " is the result of a model; add one to the workflow's outputs");
            }
            return outputs;
        }

        /**
         * Returns the result for conditions on locations: the only output, or all outputs combined if they are
         * detections in images of one size. Other combinations would be ambiguous.
         *
         * @throws ConditionException if the outputs are ambiguous
         */
        static Inference ofPlaces(WorkflowOutputs outputs, Object condition) {
            ofClasses(outputs, condition);
            Collection<Inference> results = outputs.inferences().values();
            if (results.size() == 1) {
                return results.iterator().next();
            }
            List<ImageSize> sizes = results.stream().map(result -> result.info().image()).filter(size -> size.area() > 0).distinct()
                    .toList();
            if (!results.stream().allMatch(Detections.class::isInstance) || sizes.size() > 1) {
                throw new ConditionException("The condition '" + condition + "' asks for locations, but the workflow's outputs "
                        + outputs.inferences().keySet() + (sizes.size() > 1 ? " belong to images of different sizes, " + sizes
                                : " are not all detections")
                        + ": set the body to one of the outputs first, as in ${body.inferences["
                        + outputs.inferences().keySet().iterator().next() + "]}");
            }
            return new Detections(InferenceInfo.of("", Double.NaN, outputs.info().image()),
                    outputs.findings().stream().map(Detection.class::cast).toList());
        }
    }
}
