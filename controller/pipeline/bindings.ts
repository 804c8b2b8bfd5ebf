/** Bindings of a P4 program (v1model), made from its P4Info. Do not edit. */

import { actionSelector, counter, digest, meter, openSchema, packetIn, packetOut, register, table, type Bit, type Entry, type Given, type Ipv6, type Lpm, type Mac, type NewEntry, type Ternary, type WeightedSet, type WideBit, type WithCounter, type WithIdleTimeout, type WithPriority, type WithoutCounter, type WithoutIdleTimeout, type WithoutMeter, type WithoutPriority } from '../../p4runtime/bindings/index.ts';

/** The index of the P4Info, and the P4Info itself. */
export const schema = openSchema(
  'CgkqB3YxbW9kZWwSUwoTCIGAgBASBXBvcnRzGgVwb3J0cxIMCAESBHBvcnQgCSgCGgUI5aHJCiDlockKKhgI5aHJCiIFEAEaAQAiChACGgYAAAAAAAA6BbjhsZgBQIAEEnYKJwiCgIAQEg9sb2NhbF9hZGRyZXNzZXMaD2xvY2FsX2FkZHJlc3NlcxInCAESB2FkZHJlc3MaFUBmb3JtYXQoSVBWNl9BRERSRVNTKSCAASgCGgUI1uu+CBoFCN2LxQ8aBQi3tpEKILe2kQoqBQi3tpEKQIAIEm8KJwiSgIAQEg92aXJ0dWFsX3NvdXJjZXMaD3ZpcnR1YWxfc291cmNlcxInCAESB2FkZHJlc3MaFUBmb3JtYXQoSVBWNl9BRERSRVNTKSCAASgCGgUIv+ejCRoFCLe2kQogt7aRCioFCLe2kQpAgAgSgQEKGQiRgIAQEghiaW5kaW5ncxoIYmluZGluZ3MSLAgBEgxob21lX2FkZHJlc3MaFUBmb3JtYXQoSVBWNl9BRERSRVNTKSCAASgCEhYIAhIOdmlydHVhbF9udW1iZXIgECgCGgUItuSeCRoFCLe2kQogt7aRCioFCLe2kQpAgIAISAESiAEKGQiFgIAQEghzZXJ2aWNlcxoIc2VydmljZXMSJwgBEgdhZGRyZXNzGhVAZm9ybWF0KElQVjZfQUREUkVTUykggAEoAhIQCAISCHByb3RvY29sIAgoAhIMCAMSBHBvcnQgECgEGgUIicvdDhoFCJaQvQgaBQi3tpEKILe2kQoqBQi3tpEKQIAgEuMBChMIhoCAEBIFZmxvd3MaBWZsb3dzEiYIARIGc291cmNlGhVAZm9ybWF0KElQVjZfQUREUkVTUykggAEoAhIrCAISC2Rlc3RpbmF0aW9uGhVAZm9ybWF0KElQVjZfQUREUkVTUykggAEoAhITCAMSC3NvdXJjZV9wb3J0IBAoAhIYCAQSEGRlc3RpbmF0aW9uX3BvcnQgECgCEhAIBRIIcHJvdG9jb2wgCCgCGgUIzaqnDxoVCLe2kQoSDEBkZWZhdWx0b25seRgCILe2kQoqBQi3tpEKOgXZ96WZAUCAgIABSAES3QEKJwiHgIAQEg9hbm5vdW5jZWRfZmxvd3MaD2Fubm91bmNlZF9mbG93cxImCAESBnNvdXJjZRoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABKAQSKwgCEgtkZXN0aW5hdGlvbhoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABKAQSEwgDEgtzb3VyY2VfcG9ydCAQKAQSGAgEEhBkZXN0aW5hdGlvbl9wb3J0IBAoBBIQCAUSCHByb3RvY29sIAgoBBoFCKHniAwaBQi3tpEKILe2kQoqBQi3tpEKQICAARJYChsIiICAEBIJYWRtaXNzaW9uGglhZG1pc3Npb24SDwgBEgdzZXJ2aWNlIBAoAhINCAISBWNsYXNzIAgoAhoFCIrQzQ4qDwiK0M0OIggQARoEAAAAAECAQBJjCjIIiYCAEBIJc2VsZWN0aW9uGglzZWxlY3Rpb24iFUBtYXhfZ3JvdXBfc2l6ZSgxMDI0KRIPCAESB3NlcnZpY2UgECgCGgUI6czFDxoFCLe2kQoqBQi3tpEKMMy/sYgBQIAgElUKFwiKgIAQEgdzZXJ2ZXJzGgdzZXJ2ZXJzEg4IARIGc2VydmVyIBAoAhoFCIiliQ0aBQi9yJIOGgUInrCgDhoFCLbbvQogttu9CioFCLbbvQpAgIABEpsBCisIi4CAEBIRdHJhbnNsYXRpb25zX2JhY2saEXRyYW5zbGF0aW9uc19iYWNrEicIARIHYWRkcmVzcxoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABKAISDAgCEgRwb3J0IBAoAhIQCAMSCHByb3RvY29sIAgoAhoFCJz9pAgaBQjA86APGgUIt7aRCiC3tpEKKgUIt7aRCkCAgAESlwEKJwiOgIAQEg9zaWduYWxsaW5nX3RhcHMaD3NpZ25hbGxpbmdfdGFwcxIvCAESD3ZpcnR1YWxfYWRkcmVzcxoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABKAISEAgCEghwcm90b2NvbCAIKAISDAgDEgRwb3J0IBAoAhoFCIS9jAgaBQi3tpEKILe2kQoqBQi3tpEKQIAIEu0BCi8Ij4CAEBITc2lnbmFsbGluZ19zZXNzaW9ucxoTc2lnbmFsbGluZ19zZXNzaW9ucxIuCAESDmNsaWVudF9hZGRyZXNzGhVAZm9ybWF0KElQVjZfQUREUkVTUykggAEoAhITCAISC2NsaWVudF9wb3J0IBAoAhIvCAMSD3ZpcnR1YWxfYWRkcmVzcxoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABKAISFAgEEgx2aXJ0dWFsX3BvcnQgECgCEhAIBRIIcHJvdG9jb2wgCCgCGgUI4dDyDRoFCLe2kQogt7aRCioFCLe2kQpAgIAEEl0KFQiMgIAQEgZyb3V0ZXMaBnJvdXRlcxImCAESBnByZWZpeBoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABKAMaBQi/6b4LGgUI3/+9CiDf/70KKgUI3/+9CkCAgAQSTQobCI2AgBASCW5laWdoYm9ycxoJbmVpZ2hib3JzEhAIARIIbmV4dF9ob3AgECgCGgUI0M/lDxoFCIfsjQsgh+yNCyoFCIfsjQtAgIABGi4KLAi3tpEKEghOb0FjdGlvbhoITm9BY3Rpb24iEUBub1dhcm4oInVudXNlZCIpGmcKNAjlockKEiNpbmdyZXNzLnBpcGVsaW5lLnBvcnRfcm9sZS5zZXRfcm9sZRoIc2V0X3JvbGUSCggBEgRyb2xlIAgSIwgCEgdhZGRyZXNzGhRAZm9ybWF0KE1BQ19BRERSRVNTKSAwGjAKLgjM5YcIEhtpbmdyZXNzLnBpcGVsaW5lLmxvY2FsLnB1bnQaCmxvY2FsLnB1bnQaKgooCLmdhA4SG2luZ3Jlc3MucGlwZWxpbmUubG9jYWwuZHJvcBoEZHJvcBpGCjYI1uu+CBIiaW5ncmVzcy5waXBlbGluZS5sb2NhbC5zZXRfdmlydHVhbBoLc2V0X3ZpcnR1YWwSDAgBEgZudW1iZXIgEBo0CjII3YvFDxIgaW5ncmVzcy5waXBlbGluZS5sb2NhbC5zZXRfbG9jYWwaCXNldF9sb2NhbBo6CjgI7K2jDhIjaW5ncmVzcy5waXBlbGluZS5sb2NhbC5rZWVwX29uX2xpbmsaDGtlZXBfb25fbGluaxo2CjQIoJ/5CBIeaW5ncmVzcy5waXBlbGluZS5tZXNzYWdlcy5wdW50Gg1tZXNzYWdlcy5wdW50GkcKNwi/56MJEiRpbmdyZXNzLnBpcGVsaW5lLmJpbmRpbmdzLnNldF9udW1iZXIaCnNldF9udW1iZXISDAgBEgZudW1iZXIgEBp6CkkItuSeCRItaW5ncmVzcy5waXBlbGluZS5iaW5kaW5ncy5zZXRfY2FyZV9vZl9hZGRyZXNzGhNzZXRfY2FyZV9vZl9hZGRyZXNzEi0IARIPY2FyZV9vZl9hZGRyZXNzGhVAZm9ybWF0KElQVjZfQUREUkVTUykggAEaPAo6CMPzlwwSIWluZ3Jlc3MucGlwZWxpbmUubW9iaWxpdHlfaW4ucHVudBoQbW9iaWxpdHlfaW4ucHVudBpKCjkIicvdDhIlaW5ncmVzcy5waXBlbGluZS5zZXJ2aWNlcy5zZXRfc2VydmljZRoLc2V0X3NlcnZpY2USDQgBEgdzZXJ2aWNlIBAaVAo1CJaQvQgSI2luZ3Jlc3MucGlwZWxpbmUuc2VydmljZXMuaGFuZF9vdmVyGgloYW5kX292ZXISDQgBEgdzZXJ2aWNlIBASDAgCEgZzZXJ2ZXIgEBo2CjQI06bYChIeaW5ncmVzcy5waXBlbGluZS5zZXNzaW9ucy5wdW50Gg1zZXNzaW9ucy5wdW50GkcKNwjNqqcPEiRpbmdyZXNzLnBpcGVsaW5lLnNlc3Npb25zLnNldF9zZXJ2ZXIaCnNldF9zZXJ2ZXISDAgBEgZzZXJ2ZXIgEBpNCj0IoeeIDBInaW5ncmVzcy5waXBlbGluZS5zZXNzaW9ucy5leHBlY3Rfc2VydmVyGg1leHBlY3Rfc2VydmVyEgwIARIGc2VydmVyIBAaYApLCIrQzQ4SLmluZ3Jlc3MucGlwZWxpbmUuc2Vzc2lvbnMuc2V0X2Ryb3BfcHJvYmFiaWxpdHkaFHNldF9kcm9wX3Byb2JhYmlsaXR5EhEIARILcHJvYmFiaWxpdHkgIBpNCj0I6czFDxInaW5ncmVzcy5waXBlbGluZS5zZXNzaW9ucy5zZXRfY2FuZGlkYXRlGg1zZXRfY2FuZGlkYXRlEgwIARIGc2VydmVyIBAamgEKNAiIpYkNEiJpbmdyZXNzLnBpcGVsaW5lLnNlcnZlcnMudG9fc2VydmVyGgl0b19zZXJ2ZXISJwgBEgtkZXN0aW5hdGlvbhoUQGZvcm1hdChNQUNfQUREUkVTUykgMBIiCAISBnNvdXJjZRoUQGZvcm1hdChNQUNfQUREUkVTUykgMBIKCAMSBHBvcnQgCRIJCAQSA210dSAQGqgBCkIIvciSDhIpaW5ncmVzcy5waXBlbGluZS5zZXJ2ZXJzLnRvX2xvYWRfYmFsYW5jZXIaEHRvX2xvYWRfYmFsYW5jZXISJwgBEgtkZXN0aW5hdGlvbhoUQGZvcm1hdChNQUNfQUREUkVTUykgMBIiCAISBnNvdXJjZRoUQGZvcm1hdChNQUNfQUREUkVTUykgMBIKCAMSBHBvcnQgCRIJCAQSA210dSAQGusBCjQInrCgDhIiaW5ncmVzcy5waXBlbGluZS5zZXJ2ZXJzLnRyYW5zbGF0ZRoJdHJhbnNsYXRlEiUIARIHYWRkcmVzcxoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABEhEIAhILc2VydmVyX3BvcnQgEBIVCAMSD2NoZWNrc3VtX2NoYW5nZSAQEicIBBILZGVzdGluYXRpb24aFEBmb3JtYXQoTUFDX0FERFJFU1MpIDASIggFEgZzb3VyY2UaFEBmb3JtYXQoTUFDX0FERFJFU1MpIDASCggGEgRwb3J0IAkSCQgHEgNtdHUgEBpACj4Ittu9ChInaW5ncmVzcy5waXBlbGluZS5zZXJ2ZXJzLnJlcG9ydF9taXNzaW5nGg5yZXBvcnRfbWlzc2luZxpVCkUIwPOgDxIuaW5ncmVzcy5waXBlbGluZS50cmFuc2xhdGVfYmFjay5hc2tfY29udHJvbGxlchoOYXNrX2NvbnRyb2xsZXISDAgBEgZyZWFzb24gCBqRAQpFCJz9pAgSLmluZ3Jlc3MucGlwZWxpbmUudHJhbnNsYXRlX2JhY2sudHJhbnNsYXRlX2JhY2saDnRyYW5zbGF0ZV9iYWNrEiUIARIHYWRkcmVzcxoVQGZvcm1hdChJUFY2X0FERFJFU1MpIIABEgoIAhIEcG9ydCAQEhUIAxIPY2hlY2tzdW1fY2hhbmdlIBAaNgolCIS9jAgSGWluZ3Jlc3MucGlwZWxpbmUudGFwcy50YXAaA3RhcBINCAESB3NlcnZpY2UgEBpGCjUI4dDyDRIhaW5ncmVzcy5waXBlbGluZS50YXBzLnNldF9zZXNzaW9uGgtzZXRfc2Vzc2lvbhINCAESB3Nlc3Npb24gIBo0CjIIup+bCRIdaW5ncmVzcy5waXBlbGluZS5yb3V0aW5nLnB1bnQaDHJvdXRpbmcucHVudBpMCjoIv+m+CxIlaW5ncmVzcy5waXBlbGluZS5yb3V0aW5nLnNldF9uZXh0X2hvcBoMc2V0X25leHRfaG9wEg4IARIIbmV4dF9ob3AgEBpCCkAI3/+9ChIoaW5ncmVzcy5waXBlbGluZS5yb3V0aW5nLnJlcG9ydF9ub19yb3V0ZRoPcmVwb3J0X25vX3JvdXRlGp4BCjgI0M/lDxIkaW5ncmVzcy5waXBlbGluZS5yb3V0aW5nLnRvX25laWdoYm9yGgt0b19uZWlnaGJvchInCAESC2Rlc3RpbmF0aW9uGhRAZm9ybWF0KE1BQ19BRERSRVNTKSAwEiIIAhIGc291cmNlGhRAZm9ybWF0KE1BQ19BRERSRVNTKSAwEgoIAxIEcG9ydCAJEgkIBBIDbXR1IBAaSApGCIfsjQsSK2luZ3Jlc3MucGlwZWxpbmUucm91dGluZy5yZXBvcnRfbm9fbmVpZ2hib3IaEnJlcG9ydF9ub19uZWlnaGJvciJACjIIzL+xiAESIWluZ3Jlc3MucGlwZWxpbmUuc2Vzc2lvbnMubWVtYmVycxoHbWVtYmVycxIEiYCAEBgBIICAASokChwIgYCAkAESDWluZ3Jlc3MucHVudHMaBXB1bnRzEgIIAhhAKigKIAiCgICQARIPaW5ncmVzcy5wb2xpY2VkGgdwb2xpY2VkEgIIAhhAKisKIgiDgICQARIQaW5ncmVzcy5hZG1pdHRlZBoIYWRtaXR0ZWQSAggCGIAgKikKIAiEgICQARIPaW5ncmVzcy5yZWZ1c2VkGgdyZWZ1c2VkEgIIAhiAICorCiIIhYCAkAESEGluZ3Jlc3MuZGVncmFkZWQaCGRlZ3JhZGVkEgIIAhiAIDJICj0IuOGxmAESJ2luZ3Jlc3MucGlwZWxpbmUucG9ydF9yb2xlLnBvcnRfY291bnRlchoMcG9ydF9jb3VudGVyEgIIAxiBgIAQMkcKPAjZ96WZARImaW5ncmVzcy5waXBlbGluZS5zZXNzaW9ucy5mbG93X2NvdW50ZXIaDGZsb3dfY291bnRlchICCAMYhoCAEDoyCioIgYCAoAESFGluZ3Jlc3MucHVudF9wb2xpY2VyGgxwdW50X3BvbGljZXISAggCGEBKqAEKPAjj5LsmEglwYWNrZXRfaW4aCXBhY2tldF9pbiIfQGNvbnRyb2xsZXJfaGVhZGVyKCJwYWNrZXRfaW4iKRISCAESDGluZ3Jlc3NfcG9ydCAJEgkIAhIDcGFkIAcSDAgDEgZyZWFzb24gCBINCAQSB3NlcnZpY2UgEBIMCAUSBnNlcnZlciAQEg8IBhIJYXV4aWxpYXJ5IBASDQgHEgdzZXNzaW9uICBKZwo/CInS9SMSCnBhY2tldF9vdXQaCnBhY2tldF9vdXQiIEBjb250cm9sbGVyX2hlYWRlcigicGFja2V0X291dCIpEgoIARIEcG9ydCAJEg0IAhIHcHJvY2VzcyABEgkIAxIDcGFkIAZaQwo0CPP1zLUBEiVpbmdyZXNzLnBpcGVsaW5lLnNlc3Npb25zLmNhY2hlLnNsb3RzGgVzbG90cxIHCgUKAwjoAhiAgBBaRQo4CKaC1bMBEilpbmdyZXNzLnBpcGVsaW5lLnNlc3Npb25zLmZyYWdtZW50cy50aW1lcxoFdGltZXMSBgoECgIIMBiAIFpKCjwIwsHisgESK2luZ3Jlc3MucGlwZWxpbmUuc2Vzc2lvbnMuZnJhZ21lbnRzLnBhY2tldHMaB3BhY2tldHMSBwoFCgMIqAIYgCBaUwpGCKjh2rUBEitpbmdyZXNzLnBpcGVsaW5lLnNlc3Npb25zLmZyYWdtZW50cy5zZXJ2ZXJzGhFmcmFnbWVudHMuc2VydmVycxIGCgQKAggQGIAgYjkKJAiZ0629ARINZmxvd19kaWdlc3RfdBoNZmxvd19kaWdlc3RfdBIRIg8KDWZsb3dfZGlnZXN0X3TCDOsFCroBCg1mbG93X2RpZ2VzdF90EqgBChEKBnNvdXJjZRIHCgUKAwiAAQoWCgtkZXN0aW5hdGlvbhIHCgUKAwiAAQoVCgtzb3VyY2VfcG9ydBIGCgQKAggQChoKEGRlc3RpbmF0aW9uX3BvcnQSBgoECgIIEAoSCghwcm90b2NvbBIGCgQKAggICg8KBWV2ZW50EgYKBAoCCAgKEQoHc2VydmljZRIGCgQKAggQChAKBnNlcnZlchIGCgQKAggQMjMKB2NsYXNzX3QSKAoCCAgSEAoLbmV3X3Nlc3Npb24SAQASEAoLZXN0YWJsaXNoZWQSAQEyPgoGcm9sZV90EjQKAggIEgkKBG5vbmUSAQASCwoGdXBsaW5rEgEBEgsKBnNlcnZlchIBAhIJCgRib3RoEgEDMrYDCghyZWFzb25fdBKpAwoCCAgSCQoEbm9uZRIBABITCg5ob21lX3Rlc3RfaW5pdBIBARIWChFjYXJlX29mX3Rlc3RfaW5pdBIBAhITCg5iaW5kaW5nX3VwZGF0ZRIBAxITCg5tb2JpbGl0eV9vdGhlchIBBBIZChR1bmJvdW5kX2hvbWVfYWRkcmVzcxIBBRIaChV1bnBsYWNlZF9ob21lX2FkZHJlc3MSAQYSDgoJbWFsZm9ybWVkEgEHEg0KCGZyYWdtZW50EgEIEhcKEm5laWdoYm9yX2Rpc2NvdmVyeRIBCRIICgNhcnASAQoSEwoOcGFja2V0X3Rvb19iaWcSAQsSEgoNdGltZV9leGNlZWRlZBIBDBINCghub19yb3V0ZRIBDRIQCgtub19uZWlnaGJvchIBDhIPCgppY21wX2Vycm9yEgEPEg8KCnNsb3RfdGFrZW4SARASDwoKc2lnbmFsbGluZxIBERITCg5yb3V0aW5nX2hlYWRlchIBEhIKCgVsb2NhbBIBExIPCgpub19zZXJ2aWNlEgEUEg4KCW5vX3NlcnZlchIBFRIJCgRpY21wEgEW',
);

/** `NoAction` */
export type NoActionAction = {
  readonly name: 'NoAction';
};

/** `ingress.pipeline.port_role.set_role` */
export type SetRoleAction = {
  readonly name: 'set_role';
  readonly params: {
    /** bit<8> */
    readonly role: Bit<8>;
    /** bit<48> */
    readonly address: Mac;
  };
};

/** `ingress.pipeline.local.punt` */
export type LocalPuntAction = {
  readonly name: 'local.punt';
};

/** `ingress.pipeline.local.drop` */
export type DropAction = {
  readonly name: 'drop';
};

/** `ingress.pipeline.local.set_virtual` */
export type SetVirtualAction = {
  readonly name: 'set_virtual';
  readonly params: {
    /** bit<16> */
    readonly number: Bit<16>;
  };
};

/** `ingress.pipeline.local.set_local` */
export type SetLocalAction = {
  readonly name: 'set_local';
};

/** `ingress.pipeline.local.keep_on_link` */
export type KeepOnLinkAction = {
  readonly name: 'keep_on_link';
};

/** `ingress.pipeline.messages.punt` */
export type MessagesPuntAction = {
  readonly name: 'messages.punt';
};

/** `ingress.pipeline.bindings.set_number` */
export type SetNumberAction = {
  readonly name: 'set_number';
  readonly params: {
    /** bit<16> */
    readonly number: Bit<16>;
  };
};

/** `ingress.pipeline.bindings.set_care_of_address` */
export type SetCareOfAddressAction = {
  readonly name: 'set_care_of_address';
  readonly params: {
    /** bit<128> */
    readonly care_of_address: Ipv6;
  };
};

/** `ingress.pipeline.mobility_in.punt` */
export type MobilityInPuntAction = {
  readonly name: 'mobility_in.punt';
};

/** `ingress.pipeline.services.set_service` */
export type SetServiceAction = {
  readonly name: 'set_service';
  readonly params: {
    /** bit<16> */
    readonly service: Bit<16>;
  };
};

/** `ingress.pipeline.services.hand_over` */
export type HandOverAction = {
  readonly name: 'hand_over';
  readonly params: {
    /** bit<16> */
    readonly service: Bit<16>;
    /** bit<16> */
    readonly server: Bit<16>;
  };
};

/** `ingress.pipeline.sessions.punt` */
export type SessionsPuntAction = {
  readonly name: 'sessions.punt';
};

/** `ingress.pipeline.sessions.set_server` */
export type SetServerAction = {
  readonly name: 'set_server';
  readonly params: {
    /** bit<16> */
    readonly server: Bit<16>;
  };
};

/** `ingress.pipeline.sessions.expect_server` */
export type ExpectServerAction = {
  readonly name: 'expect_server';
  readonly params: {
    /** bit<16> */
    readonly server: Bit<16>;
  };
};

/** `ingress.pipeline.sessions.set_drop_probability` */
export type SetDropProbabilityAction = {
  readonly name: 'set_drop_probability';
  readonly params: {
    /** bit<32> */
    readonly probability: Bit<32>;
  };
};

/** `ingress.pipeline.sessions.set_candidate` */
export type SetCandidateAction = {
  readonly name: 'set_candidate';
  readonly params: {
    /** bit<16> */
    readonly server: Bit<16>;
  };
};

/** `ingress.pipeline.servers.to_server` */
export type ToServerAction = {
  readonly name: 'to_server';
  readonly params: {
    /** bit<48> */
    readonly destination: Mac;
    /** bit<48> */
    readonly source: Mac;
    /** bit<9> */
    readonly port: Bit<9>;
    /** bit<16> */
    readonly mtu: Bit<16>;
  };
};

/** `ingress.pipeline.servers.to_load_balancer` */
export type ToLoadBalancerAction = {
  readonly name: 'to_load_balancer';
  readonly params: {
    /** bit<48> */
    readonly destination: Mac;
    /** bit<48> */
    readonly source: Mac;
    /** bit<9> */
    readonly port: Bit<9>;
    /** bit<16> */
    readonly mtu: Bit<16>;
  };
};

/** `ingress.pipeline.servers.translate` */
export type TranslateAction = {
  readonly name: 'translate';
  readonly params: {
    /** bit<128> */
    readonly address: Ipv6;
    /** bit<16> */
    readonly server_port: Bit<16>;
    /** bit<16> */
    readonly checksum_change: Bit<16>;
    /** bit<48> */
    readonly destination: Mac;
    /** bit<48> */
    readonly source: Mac;
    /** bit<9> */
    readonly port: Bit<9>;
    /** bit<16> */
    readonly mtu: Bit<16>;
  };
};

/** `ingress.pipeline.servers.report_missing` */
export type ReportMissingAction = {
  readonly name: 'report_missing';
};

/** `ingress.pipeline.translate_back.ask_controller` */
export type AskControllerAction = {
  readonly name: 'ask_controller';
  readonly params: {
    /** bit<8> */
    readonly reason: Bit<8>;
  };
};

/** `ingress.pipeline.translate_back.translate_back` */
export type TranslateBackAction = {
  readonly name: 'translate_back';
  readonly params: {
    /** bit<128> */
    readonly address: Ipv6;
    /** bit<16> */
    readonly port: Bit<16>;
    /** bit<16> */
    readonly checksum_change: Bit<16>;
  };
};

/** `ingress.pipeline.taps.tap` */
export type TapAction = {
  readonly name: 'tap';
  readonly params: {
    /** bit<16> */
    readonly service: Bit<16>;
  };
};

/** `ingress.pipeline.taps.set_session` */
export type SetSessionAction = {
  readonly name: 'set_session';
  readonly params: {
    /** bit<32> */
    readonly session: Bit<32>;
  };
};

/** `ingress.pipeline.routing.punt` */
export type RoutingPuntAction = {
  readonly name: 'routing.punt';
};

/** `ingress.pipeline.routing.set_next_hop` */
export type SetNextHopAction = {
  readonly name: 'set_next_hop';
  readonly params: {
    /** bit<16> */
    readonly next_hop: Bit<16>;
  };
};

/** `ingress.pipeline.routing.report_no_route` */
export type ReportNoRouteAction = {
  readonly name: 'report_no_route';
};

/** `ingress.pipeline.routing.to_neighbor` */
export type ToNeighborAction = {
  readonly name: 'to_neighbor';
  readonly params: {
    /** bit<48> */
    readonly destination: Mac;
    /** bit<48> */
    readonly source: Mac;
    /** bit<9> */
    readonly port: Bit<9>;
    /** bit<16> */
    readonly mtu: Bit<16>;
  };
};

/** `ingress.pipeline.routing.report_no_neighbor` */
export type ReportNoNeighborAction = {
  readonly name: 'report_no_neighbor';
};

/** What an entry of `ports` matches. */
export type PortsKey = {
  /** exact, bit<9> */
  readonly port: Bit<9>;
};

/** What an entry of `ports` runs. */
export type PortsEntryAction = SetRoleAction;

/** What `ports` runs when nothing matches. */
export type PortsDefaultAction = SetRoleAction;

/** An entry of `ports`, as it is read. */
export type PortsEntry = Entry<PortsKey, PortsEntryAction, WithoutPriority & WithoutIdleTimeout & WithCounter & WithoutMeter>;

/** What an entry of `local_addresses` matches. */
export type LocalAddressesKey = {
  /** exact, bit<128> */
  readonly address: Ipv6;
};

/** What an entry of `local_addresses` runs. */
export type LocalAddressesEntryAction = SetVirtualAction | SetLocalAction | NoActionAction;

/** What `local_addresses` runs when nothing matches. */
export type LocalAddressesDefaultAction = NoActionAction;

/** An entry of `local_addresses`, as it is read. */
export type LocalAddressesEntry = Entry<LocalAddressesKey, LocalAddressesEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `virtual_sources` matches. */
export type VirtualSourcesKey = {
  /** exact, bit<128> */
  readonly address: Ipv6;
};

/** What an entry of `virtual_sources` runs. */
export type VirtualSourcesEntryAction = SetNumberAction | NoActionAction;

/** What `virtual_sources` runs when nothing matches. */
export type VirtualSourcesDefaultAction = NoActionAction;

/** An entry of `virtual_sources`, as it is read. */
export type VirtualSourcesEntry = Entry<VirtualSourcesKey, VirtualSourcesEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `bindings` matches. */
export type BindingsKey = {
  /** exact, bit<128> */
  readonly home_address: Ipv6;
  /** exact, bit<16> */
  readonly virtual_number: Bit<16>;
};

/** What an entry of `bindings` runs. */
export type BindingsEntryAction = SetCareOfAddressAction | NoActionAction;

/** What `bindings` runs when nothing matches. */
export type BindingsDefaultAction = NoActionAction;

/** An entry of `bindings`, as it is read. */
export type BindingsEntry = Entry<BindingsKey, BindingsEntryAction, WithoutPriority & WithIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `services` matches. */
export type ServicesKey = {
  /** exact, bit<128> */
  readonly address: Ipv6;
  /** exact, bit<8> */
  readonly protocol: Bit<8>;
  /** ternary, bit<16> */
  readonly port?: Ternary<Bit<16>> | undefined;
};

/** What an entry of `services` runs. */
export type ServicesEntryAction = SetServiceAction | HandOverAction | NoActionAction;

/** What `services` runs when nothing matches. */
export type ServicesDefaultAction = NoActionAction;

/** An entry of `services`, as it is read. */
export type ServicesEntry = Entry<ServicesKey, ServicesEntryAction, WithPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `flows` matches. */
export type FlowsKey = {
  /** exact, bit<128> */
  readonly source: Ipv6;
  /** exact, bit<128> */
  readonly destination: Ipv6;
  /** exact, bit<16> */
  readonly source_port: Bit<16>;
  /** exact, bit<16> */
  readonly destination_port: Bit<16>;
  /** exact, bit<8> */
  readonly protocol: Bit<8>;
};

/** What an entry of `flows` runs. */
export type FlowsEntryAction = SetServerAction;

/** What `flows` runs when nothing matches. */
export type FlowsDefaultAction = NoActionAction;

/** An entry of `flows`, as it is read. */
export type FlowsEntry = Entry<FlowsKey, FlowsEntryAction, WithoutPriority & WithIdleTimeout & WithCounter & WithoutMeter>;

/** What an entry of `announced_flows` matches. */
export type AnnouncedFlowsKey = {
  /** ternary, bit<128> */
  readonly source?: Ternary<Ipv6> | undefined;
  /** ternary, bit<128> */
  readonly destination?: Ternary<Ipv6> | undefined;
  /** ternary, bit<16> */
  readonly source_port?: Ternary<Bit<16>> | undefined;
  /** ternary, bit<16> */
  readonly destination_port?: Ternary<Bit<16>> | undefined;
  /** ternary, bit<8> */
  readonly protocol?: Ternary<Bit<8>> | undefined;
};

/** What an entry of `announced_flows` runs. */
export type AnnouncedFlowsEntryAction = ExpectServerAction | NoActionAction;

/** What `announced_flows` runs when nothing matches. */
export type AnnouncedFlowsDefaultAction = NoActionAction;

/** An entry of `announced_flows`, as it is read. */
export type AnnouncedFlowsEntry = Entry<AnnouncedFlowsKey, AnnouncedFlowsEntryAction, WithPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `admission` matches. */
export type AdmissionKey = {
  /** exact, bit<16> */
  readonly service: Bit<16>;
  /** exact, bit<8> */
  readonly class: Bit<8>;
};

/** What an entry of `admission` runs. */
export type AdmissionEntryAction = SetDropProbabilityAction;

/** What `admission` runs when nothing matches. */
export type AdmissionDefaultAction = SetDropProbabilityAction;

/** An entry of `admission`, as it is read. */
export type AdmissionEntry = Entry<AdmissionKey, AdmissionEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `selection` matches. */
export type SelectionKey = {
  /** exact, bit<16> */
  readonly service: Bit<16>;
};

/** What an entry of `selection` runs. */
export type SelectionEntryAction = { readonly member: number } | { readonly group: number } | WeightedSet<SetCandidateAction | NoActionAction>;

/** What `selection` runs when nothing matches. */
export type SelectionDefaultAction = SetCandidateAction | NoActionAction;

/** An entry of `selection`, as it is read. */
export type SelectionEntry = Entry<SelectionKey, SelectionEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `servers` matches. */
export type ServersKey = {
  /** exact, bit<16> */
  readonly server: Bit<16>;
};

/** What an entry of `servers` runs. */
export type ServersEntryAction = ToServerAction | ToLoadBalancerAction | TranslateAction | ReportMissingAction;

/** What `servers` runs when nothing matches. */
export type ServersDefaultAction = ReportMissingAction;

/** An entry of `servers`, as it is read. */
export type ServersEntry = Entry<ServersKey, ServersEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `translations_back` matches. */
export type TranslationsBackKey = {
  /** exact, bit<128> */
  readonly address: Ipv6;
  /** exact, bit<16> */
  readonly port: Bit<16>;
  /** exact, bit<8> */
  readonly protocol: Bit<8>;
};

/** What an entry of `translations_back` runs. */
export type TranslationsBackEntryAction = TranslateBackAction | AskControllerAction | NoActionAction;

/** What `translations_back` runs when nothing matches. */
export type TranslationsBackDefaultAction = NoActionAction;

/** An entry of `translations_back`, as it is read. */
export type TranslationsBackEntry = Entry<TranslationsBackKey, TranslationsBackEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `signalling_taps` matches. */
export type SignallingTapsKey = {
  /** exact, bit<128> */
  readonly virtual_address: Ipv6;
  /** exact, bit<8> */
  readonly protocol: Bit<8>;
  /** exact, bit<16> */
  readonly port: Bit<16>;
};

/** What an entry of `signalling_taps` runs. */
export type SignallingTapsEntryAction = TapAction | NoActionAction;

/** What `signalling_taps` runs when nothing matches. */
export type SignallingTapsDefaultAction = NoActionAction;

/** An entry of `signalling_taps`, as it is read. */
export type SignallingTapsEntry = Entry<SignallingTapsKey, SignallingTapsEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `signalling_sessions` matches. */
export type SignallingSessionsKey = {
  /** exact, bit<128> */
  readonly client_address: Ipv6;
  /** exact, bit<16> */
  readonly client_port: Bit<16>;
  /** exact, bit<128> */
  readonly virtual_address: Ipv6;
  /** exact, bit<16> */
  readonly virtual_port: Bit<16>;
  /** exact, bit<8> */
  readonly protocol: Bit<8>;
};

/** What an entry of `signalling_sessions` runs. */
export type SignallingSessionsEntryAction = SetSessionAction | NoActionAction;

/** What `signalling_sessions` runs when nothing matches. */
export type SignallingSessionsDefaultAction = NoActionAction;

/** An entry of `signalling_sessions`, as it is read. */
export type SignallingSessionsEntry = Entry<SignallingSessionsKey, SignallingSessionsEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `routes` matches. */
export type RoutesKey = {
  /** lpm, bit<128> */
  readonly prefix?: Lpm<Ipv6> | undefined;
};

/** What an entry of `routes` runs. */
export type RoutesEntryAction = SetNextHopAction | ReportNoRouteAction;

/** What `routes` runs when nothing matches. */
export type RoutesDefaultAction = ReportNoRouteAction;

/** An entry of `routes`, as it is read. */
export type RoutesEntry = Entry<RoutesKey, RoutesEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** What an entry of `neighbors` matches. */
export type NeighborsKey = {
  /** exact, bit<16> */
  readonly next_hop: Bit<16>;
};

/** What an entry of `neighbors` runs. */
export type NeighborsEntryAction = ToNeighborAction | ReportNoNeighborAction;

/** What `neighbors` runs when nothing matches. */
export type NeighborsDefaultAction = ReportNoNeighborAction;

/** An entry of `neighbors`, as it is read. */
export type NeighborsEntry = Entry<NeighborsKey, NeighborsEntryAction, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>;

/** `struct flow_digest_t` */
export type FlowDigestT = {
  readonly source: WideBit<128>;
  readonly destination: WideBit<128>;
  readonly source_port: Bit<16>;
  readonly destination_port: Bit<16>;
  readonly protocol: Bit<8>;
  readonly event: Bit<8>;
  readonly service: Bit<16>;
  readonly server: Bit<16>;
};

export const tables = {
  /** `ports`: 512 entries. */
  ports: table<PortsEntry, NewEntry<Given<PortsKey>, Given<PortsEntryAction>, WithoutPriority & WithoutIdleTimeout & WithCounter & WithoutMeter>, PortsDefaultAction, Given<PortsDefaultAction>>(schema, 0x02000001),
  /** `local_addresses`: 1024 entries. */
  local_addresses: table<LocalAddressesEntry, NewEntry<Given<LocalAddressesKey>, Given<LocalAddressesEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, LocalAddressesDefaultAction, Given<LocalAddressesDefaultAction>>(schema, 0x02000002),
  /** `virtual_sources`: 1024 entries. */
  virtual_sources: table<VirtualSourcesEntry, NewEntry<Given<VirtualSourcesKey>, Given<VirtualSourcesEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, VirtualSourcesDefaultAction, Given<VirtualSourcesDefaultAction>>(schema, 0x02000012),
  /**
   * `bindings`: 131072 entries.
   * Idle entries are told of.
   */
  bindings: table<BindingsEntry, NewEntry<Given<BindingsKey>, Given<BindingsEntryAction>, WithoutPriority & WithIdleTimeout & WithoutCounter & WithoutMeter>, BindingsDefaultAction, Given<BindingsDefaultAction>>(schema, 0x02000011),
  /** `services`: 4096 entries. */
  services: table<ServicesEntry, NewEntry<Given<ServicesKey>, Given<ServicesEntryAction>, WithPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, ServicesDefaultAction, Given<ServicesDefaultAction>>(schema, 0x02000005),
  /**
   * `flows`: 2097152 entries.
   * Idle entries are told of.
   */
  flows: table<FlowsEntry, NewEntry<Given<FlowsKey>, Given<FlowsEntryAction>, WithoutPriority & WithIdleTimeout & WithCounter & WithoutMeter>, FlowsDefaultAction, Given<FlowsDefaultAction>>(schema, 0x02000006),
  /** `announced_flows`: 16384 entries. */
  announced_flows: table<AnnouncedFlowsEntry, NewEntry<Given<AnnouncedFlowsKey>, Given<AnnouncedFlowsEntryAction>, WithPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, AnnouncedFlowsDefaultAction, Given<AnnouncedFlowsDefaultAction>>(schema, 0x02000007),
  /** `admission`: 8192 entries. */
  admission: table<AdmissionEntry, NewEntry<Given<AdmissionKey>, Given<AdmissionEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, AdmissionDefaultAction, Given<AdmissionDefaultAction>>(schema, 0x02000008),
  /** `selection`: 4096 entries. */
  selection: table<SelectionEntry, NewEntry<Given<SelectionKey>, Given<SelectionEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, SelectionDefaultAction, Given<SelectionDefaultAction>>(schema, 0x02000009),
  /** `servers`: 16384 entries. */
  servers: table<ServersEntry, NewEntry<Given<ServersKey>, Given<ServersEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, ServersDefaultAction, Given<ServersDefaultAction>>(schema, 0x0200000a),
  /** `translations_back`: 16384 entries. */
  translations_back: table<TranslationsBackEntry, NewEntry<Given<TranslationsBackKey>, Given<TranslationsBackEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, TranslationsBackDefaultAction, Given<TranslationsBackDefaultAction>>(schema, 0x0200000b),
  /** `signalling_taps`: 1024 entries. */
  signalling_taps: table<SignallingTapsEntry, NewEntry<Given<SignallingTapsKey>, Given<SignallingTapsEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, SignallingTapsDefaultAction, Given<SignallingTapsDefaultAction>>(schema, 0x0200000e),
  /** `signalling_sessions`: 65536 entries. */
  signalling_sessions: table<SignallingSessionsEntry, NewEntry<Given<SignallingSessionsKey>, Given<SignallingSessionsEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, SignallingSessionsDefaultAction, Given<SignallingSessionsDefaultAction>>(schema, 0x0200000f),
  /** `routes`: 65536 entries. */
  routes: table<RoutesEntry, NewEntry<Given<RoutesKey>, Given<RoutesEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, RoutesDefaultAction, Given<RoutesDefaultAction>>(schema, 0x0200000c),
  /** `neighbors`: 16384 entries. */
  neighbors: table<NeighborsEntry, NewEntry<Given<NeighborsKey>, Given<NeighborsEntryAction>, WithoutPriority & WithoutIdleTimeout & WithoutCounter & WithoutMeter>, NeighborsDefaultAction, Given<NeighborsDefaultAction>>(schema, 0x0200000d),
} as const;

export const actionProfiles = {
  /** `ingress.pipeline.sessions.members`: 16384 members. */
  members: actionSelector<SetCandidateAction | NoActionAction, Given<SetCandidateAction | NoActionAction>>(schema, 0x110c5fcc),
} as const;

export const counters = {
  /** `ingress.punts`: 64 cells that count packets. */
  punts: counter(schema, 0x12000001),
  /** `ingress.policed`: 64 cells that count packets. */
  policed: counter(schema, 0x12000002),
  /** `ingress.admitted`: 4096 cells that count packets. */
  admitted: counter(schema, 0x12000003),
  /** `ingress.refused`: 4096 cells that count packets. */
  refused: counter(schema, 0x12000004),
  /** `ingress.degraded`: 4096 cells that count packets. */
  degraded: counter(schema, 0x12000005),
} as const;

export const meters = {
  /** `ingress.punt_policer`: 64 cells: two rates, three colors (RFC 2698), in packets a second. */
  punt_policer: meter(schema, 0x14000001),
} as const;

export const registers = {
  /** `ingress.pipeline.sessions.cache.slots`: 262144 cells. */
  slots: register<WideBit<360>, Given<WideBit<360>>>(schema, 0x16b33af3),
  /** `ingress.pipeline.sessions.fragments.times`: 4096 cells. */
  times: register<WideBit<48>, Given<WideBit<48>>>(schema, 0x16754126),
  /** `ingress.pipeline.sessions.fragments.packets`: 4096 cells. */
  packets: register<WideBit<296>, Given<WideBit<296>>>(schema, 0x1658a0c2),
  /** `ingress.pipeline.sessions.fragments.servers`: 4096 cells. */
  'fragments.servers': register<Bit<16>, Given<Bit<16>>>(schema, 0x16b6b0a8),
} as const;

export const digests = {
  /** `flow_digest_t` */
  flow_digest_t: digest<FlowDigestT>(schema, 0x17ab6999),
} as const;

export const packets = {
  /** `packet_in` */
  packet_in: packetIn<{
    /** bit<9> */
    readonly ingress_port: Bit<9>;
    /** bit<7> */
    readonly pad: Bit<7>;
    /** bit<8> */
    readonly reason: Bit<8>;
    /** bit<16> */
    readonly service: Bit<16>;
    /** bit<16> */
    readonly server: Bit<16>;
    /** bit<16> */
    readonly auxiliary: Bit<16>;
    /** bit<32> */
    readonly session: Bit<32>;
  }>(schema),
  /** `packet_out` */
  packet_out: packetOut<Given<{
    /** bit<9> */
    readonly port: Bit<9>;
    /** bit<1> */
    readonly process: Bit<1>;
    /** bit<6> */
    readonly pad: Bit<6>;
  }>>(schema),
} as const;

export const enums = {
  /** `enum bit<8> class_t` */
  class_t: {
    new_session: 0,
    established: 1,
  },
  /** `enum bit<8> role_t` */
  role_t: {
    none: 0,
    uplink: 1,
    server: 2,
    both: 3,
  },
  /** `enum bit<8> reason_t` */
  reason_t: {
    none: 0,
    home_test_init: 1,
    care_of_test_init: 2,
    binding_update: 3,
    mobility_other: 4,
    unbound_home_address: 5,
    unplaced_home_address: 6,
    malformed: 7,
    fragment: 8,
    neighbor_discovery: 9,
    arp: 10,
    packet_too_big: 11,
    time_exceeded: 12,
    no_route: 13,
    no_neighbor: 14,
    icmp_error: 15,
    slot_taken: 16,
    signalling: 17,
    routing_header: 18,
    local: 19,
    no_service: 20,
    no_server: 21,
    icmp: 22,
  },
} as const;
