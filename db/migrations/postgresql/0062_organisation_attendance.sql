-- Who came from an organisation to a gathering is looked up by the name they registered with.
CREATE INDEX registration_organisation ON registration (organisation_key, gathering_id)
    WHERE organisation_key <> '' AND status = 'confirmed';
