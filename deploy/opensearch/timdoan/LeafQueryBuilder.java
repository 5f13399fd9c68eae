package timdoan;

import java.io.IOException;
import java.util.List;
import java.util.Objects;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.opensearch.core.ParseField;
import org.opensearch.core.common.io.stream.StreamInput;
import org.opensearch.core.common.io.stream.StreamOutput;
import org.opensearch.core.xcontent.ConstructingObjectParser;
import org.opensearch.core.xcontent.XContentBuilder;
import org.opensearch.core.xcontent.XContentParser;
import org.opensearch.index.query.AbstractQueryBuilder;
import org.opensearch.index.query.QueryShardContext;

/**
 * One scored leaf: a term, or several side by side, of one field. Its score is {@code weight * tf / (tf + floor + step *
 * length)}: the idf is part of the weight, k1, b and the mean length are in floor and step, so that nothing depends on
 * what a shard happens to hold.
 */
public class LeafQueryBuilder extends AbstractQueryBuilder<LeafQueryBuilder> {
  static final String NAME = "timdoan_leaf";

  private static final ParseField FIELD = new ParseField("field");
  private static final ParseField FORMS = new ParseField("forms");
  private static final ParseField WEIGHT = new ParseField("weight");
  private static final ParseField FLOOR = new ParseField("floor");
  private static final ParseField STEP = new ParseField("step");

  @SuppressWarnings("unchecked")
  private static final ConstructingObjectParser<LeafQueryBuilder, Void> PARSER =
      new ConstructingObjectParser<>(
          NAME,
          given ->
              new LeafQueryBuilder(
                  (String) given[0], (List<String>) given[1], (Double) given[2], (Double) given[3], (Double) given[4]));

  static {
    PARSER.declareString(ConstructingObjectParser.constructorArg(), FIELD);
    PARSER.declareStringArray(ConstructingObjectParser.constructorArg(), FORMS);
    PARSER.declareDouble(ConstructingObjectParser.constructorArg(), WEIGHT);
    PARSER.declareDouble(ConstructingObjectParser.constructorArg(), FLOOR);
    PARSER.declareDouble(ConstructingObjectParser.constructorArg(), STEP);
  }

  private final String field;
  private final List<String> forms;
  private final double weight, floor, step;

  LeafQueryBuilder(String field, List<String> forms, double weight, double floor, double step) {
    if (forms.isEmpty()) {
      throw new IllegalArgumentException("[" + NAME + "] needs at least one form");
    }
    if (!(weight >= 0 && floor >= 0 && step >= 0)) {
      throw new IllegalArgumentException("[" + NAME + "] needs a weight, a floor and a step of at least 0");
    }
    this.field = field;
    this.forms = forms;
    this.weight = weight;
    this.floor = floor;
    this.step = step;
  }

  LeafQueryBuilder(StreamInput in) throws IOException {
    super(in);
    field = in.readString();
    forms = in.readStringList();
    weight = in.readDouble();
    floor = in.readDouble();
    step = in.readDouble();
  }

  static LeafQueryBuilder parse(XContentParser parser) throws IOException {
    return PARSER.apply(parser, null);
  }

  @Override
  protected void doWriteTo(StreamOutput out) throws IOException {
    out.writeString(field);
    out.writeStringCollection(forms);
    out.writeDouble(weight);
    out.writeDouble(floor);
    out.writeDouble(step);
  }

  @Override
  protected void doXContent(XContentBuilder builder, Params params) throws IOException {
    builder.startObject(NAME);
    builder.field("field", field).field("forms", forms);
    builder.field("weight", weight).field("floor", floor).field("step", step);
    builder.endObject();
  }

  @Override
  protected Query doToQuery(QueryShardContext context) {
    Query matching =
        forms.size() == 1
            ? new TermQuery(new Term(field, forms.get(0)))
            : new PhraseQuery(field, forms.toArray(new String[0]));
    return new LeafQuery(matching, weight, floor, step);
  }

  @Override
  protected boolean doEquals(LeafQueryBuilder other) {
    return field.equals(other.field)
        && forms.equals(other.forms)
        && weight == other.weight
        && floor == other.floor
        && step == other.step;
  }

  @Override
  protected int doHashCode() {
    return Objects.hash(field, forms, weight, floor, step);
  }

  @Override
  public String getWriteableName() {
    return NAME;
  }
}
