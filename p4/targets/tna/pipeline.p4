//   questions ──▶ [verdict] ─ binding ─ flows ─ preparation ──▶ carrying ──▶ [ending]
//
// The order of p4/stages/pipeline.p4, for a chip that does what does not wait for anything at once, and what waits in the
// next of few stages (docs/design/tofino.md). Tables are asked before it is known whether their answer is wanted, and three
// tables over the answers say what is done, instead of conditions one behind the other.
control MoorPipeline(inout headers_t headers, inout metadata_t metadata,
                     inout ingress_intrinsic_metadata_for_deparser_t for_deparser,
                     inout ingress_intrinsic_metadata_for_tm_t for_manager) {
    Questions() questions;
    BindingCheck() binding;
    Flows() flows;
    Preparation() preparation;
    Carrying() carrying;

    apply {
        questions.apply(headers, metadata);
        binding.apply(headers, metadata);
        if (!metadata.session.is_known) { flows.apply(headers, metadata); }
        preparation.apply(headers, metadata);
        carrying.apply(headers, metadata, for_deparser, for_manager);
    }
}
